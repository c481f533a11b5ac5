import {once} from 'node:events'
import {mkdir, stat, writeFile} from 'node:fs/promises'
import {request, type IncomingMessage} from 'node:http'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {expect} from 'chai'
import {OrchError, type Caller} from '@orch/plugin-kit'
import type {SupervisorClient} from '@orch/plugin-kit/command'
import {MemoryLogger} from '@orch/plugin-kit/testing'
import {AjvValidator} from '../../src/adapters/schema-validator.js'
import {connect} from '../../src/rpc/client.js'
import {call, params, stream, type Methods} from '../../src/rpc/method.js'
import {HEADERS, RESTART_ME} from '../../src/rpc/protocol.js'
import {SocketListener} from '../../src/rpc/listener.js'
import {RpcServer} from '../../src/rpc/server.js'
import {failureOf, refusal} from '../support/failure.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

const STRING = {type: 'string'}

/** Server and client over a real socket. */
describe('the socket API', () => {
  const folder = useTemporaryFolder()
  const socket = () => join(folder(), 'orch.sock')
  let server: RpcServer
  let logger: MemoryLogger
  /** Which calls were admitted, and whose reports were recorded. */
  let order: string[]
  /** Told by streams when their client has gone. */
  let gone: Promise<string>
  /** Told by those that say nothing when they are called. */
  let begun: Promise<void>

  const identify = ({project, agent, token}: {project: string; agent: string; token: string}): Caller => {
    if (token !== 'right') throw new OrchError('ORCH_UNAUTHORISED', {why: 'the token is not that of the present run'})
    return {agent: {project, agent, role: 'developer'}}
  }

  function methods(): Methods {
    let tell: (what: string) => void = () => {}
    gone = new Promise((resolve) => (tell = resolve))
    let begin: () => void = () => {}
    begun = new Promise((resolve) => (begin = resolve))
    return {
      echo: call(params({words: STRING}, ['words']), async ({words}: {words: string}) => ({words})),
      nothing: call(params({}), async () => undefined),
      whoami: call(params({}), async (_: object, {caller}) => caller),
      refuse: call(params({}), () => Promise.reject(new OrchError('ORCH_REFUSED', {what: 'It', why: 'dirty', remedy: 'Commit it.'}))),
      full: call(params({}), () => Promise.reject(new OrchError('ORCH_STORE_WRITE', {path: '/p', why: 'ENOSPC'}))),
      crash: call(params({}), () => Promise.reject(new TypeError('x is not a function'))),
      hang: call(params({}), async (_: object, {signal}) => {
        begin()
        await once(signal, 'abort')
        tell((signal.reason as Error).message)
      }),
      count: stream(params({to: {type: 'integer'}}, ['to']), async function* ({to}: {to: number}) {
        for (let number = 1; number <= to; number++) yield {number, text: 'a\nb'}
      }),
      breaks: stream(params({}), async function* () {
        yield {number: 1}
        throw new OrchError('ORCH_NOT_FOUND', {what: 'project', name: 'x'})
      }),
      endless: stream(params({}), async function* (_: object, {signal}) {
        yield {number: 1}
        if (!signal.aborted) await once(signal, 'abort')
        tell((signal.reason as Error).message)
      }),
      silent: stream(params({}), async function* (_: object, {signal}) {
        begin()
        await once(signal, 'abort')
        tell((signal.reason as Error).message)
        yield {number: 1}
      }),
      failing: stream(params({}), () => {
        throw new OrchError('ORCH_CLASH', {what: 'It', why: 'over', remedy: 'Nothing.'})
      }),
    }
  }

  const serve = (changes: {state?: string; version?: string} = {}) =>
    new RpcServer({
      listener: new SocketListener(socket()),
      state: folder(),
      version: '1.0.0',
      plugins: 'digest',
      methods: methods(),
      schemas: new AjvValidator(),
      logger,
      identify,
      settleReports: async ({project, agent}) => {
        await new Promise(setImmediate)
        order.push(`reports of ${project} ${agent}`)
      },
      admit: async ({method, params}) => {
        order.push(method)
        return params
      },
      ...changes,
    })

  const client = (env: NodeJS.ProcessEnv = {}, version = '1.0.0'): SupervisorClient =>
    connect({root: folder(), dataDir: folder(), version, plugins: 'digest', env: {HOME: folder(), ...env}})

  beforeEach(async () => {
    logger = new MemoryLogger()
    order = []
    server = serve()
    await server.listen()
  })

  afterEach(() => server.close())

  it('is for this user alone', async () => {
    expect((await stat(socket())).mode & 0o777).to.equal(0o600)
  })

  it('takes the place of a socket that a dead supervisor left', async () => {
    await server.close()
    await writeFile(socket(), '')
    server = serve()
    await server.listen()
    expect(await client().call('echo', {words: 'x'})).to.deep.equal({words: 'x'})
  })

  it('answers a call', async () => {
    expect(await client().call('echo', {words: 'ü\n"'})).to.deep.equal({words: 'ü\n"'})
    expect(await client().call('nothing')).to.equal(null)
    expect(await client().peek('echo', {words: 'x'})).to.deep.equal({words: 'x'})
  })

  it('takes a specification of four megabytes', async () => {
    const words = '\\'.repeat(4 * 1024 * 1024)
    expect((await client().call<{words: string}>('echo', {words})).words.length).to.equal(words.length)
  })

  describe('refuses', () => {
    for (const [what, bad, problem] of [
      ['an unknown key', {words: 'x', surplus: 1}, 'surplus'],
      ['a missing key', {}, 'words'],
      ['a value of another kind', {words: 7}, 'words must be string'],
    ] as const) {
      it(`parameters with ${what}`, async () => {
        const error = await refusal('ORCH_INVALID_PARAMS', client().call('echo', bad))
        expect(error.message).to.include('echo').and.include(problem)
        expect(error.exit).to.equal(2)
      })
    }

    it('parameters of a stream before it begins', async () => {
      await refusal('ORCH_INVALID_PARAMS', client().stream('count', {to: 'many'})[Symbol.asyncIterator]().next())
    })

    for (const [what, body, type] of [
      ['that are no JSON', '{not json', 'application/json'],
      ['of another content type', 'words=x', 'application/x-www-form-urlencoded'],
    ] as const) {
      it(`parameters ${what}, as the caller's mistake`, async () => {
        const call = request({socketPath: socket(), path: '/v1/echo', method: 'POST', headers: {'content-type': type}})
        call.end(body)
        const [response] = (await once(call, 'response')) as [IncomingMessage]
        expect(JSON.parse(await text(response))).to.have.nested.include({'error.code': 'ORCH_INVALID_PARAMS', 'error.exit': 2})
        expect(logger.lines).to.deep.equal([])
      })
    }

    it('a method it does not know', async () => {
      const error = await refusal('ORCH_VERSION', client().call('from.the.future'))
      expect(error.message).to.include('from.the.future')
      expect(error.remedy).to.include('daemon restart')
    })

    it('an agent with a wrong token, and one without', async () => {
      const env = {ORCH_AGENT: 'a_1', ORCH_PROJECT: 'p_1'}
      await refusal('ORCH_UNAUTHORISED', client({...env, ORCH_TOKEN: 'wrong'}).call('whoami'))
      await refusal('ORCH_UNAUTHORISED', client({...env, ORCH_TOKEN: ''}).call('whoami'))
      await refusal(
        'ORCH_UNAUTHORISED',
        client({...env, ORCH_TOKEN: 'wrong'})
          .stream('count', {to: 1})
          [Symbol.asyncIterator]()
          .next(),
      )
    })
  })

  it('knows an agent by its token, and a person by none', async () => {
    const env = {ORCH_AGENT: 'a_1', ORCH_PROJECT: 'p_1', ORCH_TOKEN: 'right'}
    expect(await client(env).call('whoami')).to.deep.equal({agent: {project: 'p_1', agent: 'a_1', role: 'developer'}})
    expect(await client().call('whoami')).to.deep.equal({agent: null})
  })

  it('records what an agent’s hooks reported before it takes a call of that agent, and of no one else', async () => {
    await client({ORCH_PROJECT: 'p_1', ORCH_AGENT: 'a_1', ORCH_TOKEN: 'right'}).call('whoami')
    await client().call('nothing')
    expect(order).to.deep.equal(['reports of p_1 a_1', 'whoami', 'nothing'])
  })

  describe('errors', () => {
    it('travel with code, remedy, exit and details', async () => {
      const error = await refusal('ORCH_REFUSED', client().call('refuse'))
      expect(error).to.include({message: 'It was refused: dirty.', remedy: 'Commit it.', exit: 77})
      expect(error.details).to.deep.equal({what: 'It', why: 'dirty', remedy: 'Commit it.'})
      expect(logger.lines).to.deep.equal([])
    })

    it('that nobody expected are ORCH_INTERNAL, and stand in the log', async () => {
      expect((await refusal('ORCH_INTERNAL', client().call('crash'))).message).to.include('x is not a function')
      expect(logger.lines.map(({level}) => level)).to.deep.equal(['error'])
    })
  })

  describe('streams', () => {
    const all = async (items: AsyncIterable<unknown>) => {
      const seen: unknown[] = []
      for await (const item of items) seen.push(item)
      return seen
    }

    it('bring one object after another, to the end', async () => {
      expect(await all(client().stream('count', {to: 3}))).to.deep.equal([1, 2, 3].map((number) => ({number, text: 'a\nb'})))
      expect(await all(client().stream('count', {to: 0}))).to.deep.equal([])
    })

    it('that break in the middle bring the error', async () => {
      const seen: unknown[] = []
      const reading = (async () => {
        for await (const item of client().stream('breaks')) seen.push(item)
      })()
      await refusal('ORCH_NOT_FOUND', reading)
      expect(seen).to.deep.equal([{number: 1}])
    })

    it('that cannot begin bring the error', async () => {
      await refusal('ORCH_CLASH', all(client().stream('failing')))
    })

    it('end quietly when their signal says so, though nothing has come yet', async () => {
      const leave = new AbortController()
      const reading = all(client().stream('silent', {}, {signal: leave.signal}))
      await begun
      leave.abort()
      expect(await reading).to.deep.equal([])
      expect(await gone).to.include('went away')
    })

    it('end quietly when their signal says so, also before they begin', async () => {
      const leave = new AbortController()
      const seen: unknown[] = []
      for await (const item of client().stream('endless', {}, {signal: leave.signal})) {
        seen.push(item)
        setImmediate(() => leave.abort())
      }
      expect(seen).to.deep.equal([{number: 1}])
      expect(await gone).to.include('went away')
      expect(await all(client().stream('count', {to: 1}, {signal: leave.signal}))).to.deep.equal([])
    })

    it('end on the server when their reader stops', async () => {
      for await (const item of client().stream('endless')) {
        expect(item).to.deep.equal({number: 1})
        break
      }
      expect(await gone).to.include('went away')
    })
  })

  it('tells a call when its client goes away', async () => {
    const call = request({socketPath: socket(), path: '/v1/hang', method: 'POST', headers: {'content-type': 'application/json'}})
    call.on('error', () => {})
    call.end('{}')
    await begun
    call.destroy()
    expect(await gone).to.include('went away')
  })

  it('lets go of those who wait when it closes', async () => {
    const waiting = failureOf(client().call('hang'))
    await client().call('echo', {words: 'the call above is under way'})
    await server.close()
    expect(await waiting).to.include({code: 'ORCH_SUPERVISOR'})
  })

  describe('the handshake', () => {
    /** A call with these headers. @returns status and body */
    async function post(headers: Record<string, string>): Promise<{status: number; body: {data?: unknown; error?: {code: string}}}> {
      const call = request({
        socketPath: socket(),
        path: '/v1/echo',
        method: 'POST',
        headers: {'content-type': 'application/json', ...headers},
      })
      call.end('{"words": "x"}')
      const [response] = (await once(call, 'response')) as [IncomingMessage]
      return {status: response.statusCode!, body: JSON.parse(await text(response)) as object}
    }
    const equal = {[HEADERS.protocol]: '1', [HEADERS.version]: '1.0.0', [HEADERS.plugins]: 'digest'}

    it('lets an equal client in, and hooks and looks, which do not ask', async () => {
      expect((await post(equal)).body.data).to.deep.equal({words: 'x'})
      expect((await post({})).body.data).to.deep.equal({words: 'x'})
    })

    for (const [what, headers] of [
      ['a newer client', {[HEADERS.version]: '1.0.1'}],
      ['a client of another protocol', {[HEADERS.protocol]: '2'}],
      ['a client with other plugins', {[HEADERS.plugins]: 'another'}],
    ] as const) {
      it(`asks ${what} for a restart, before anything is done`, async () => {
        expect(await post({...equal, ...headers})).to.deep.equal({status: RESTART_ME, body: {}})
      })
    }

    it('refuses an older client', async () => {
      const {status, body} = await post({...equal, [HEADERS.version]: '0.9.9'})
      expect(status).not.to.equal(RESTART_ME)
      expect(body.error!.code).to.equal('ORCH_VERSION')
      expect((await refusal('ORCH_VERSION', client({}, '0.9.9').call('echo', {words: 'x'}))).exit).to.equal(69)
    })
  })

  it('tells a hook with 503 that its report could not be stored', async () => {
    const call = request({socketPath: socket(), path: '/v1/full', method: 'POST', headers: {'content-type': 'application/json'}})
    call.end('{}')
    const [response] = (await once(call, 'response')) as [IncomingMessage]
    response.resume()
    expect(response.statusCode).to.equal(503)
  })

  describe('a client', () => {
    it('finds out that the socket is of another state directory', async () => {
      await server.close()
      const other = join(folder(), 'other')
      await mkdir(other)
      server = serve({state: other})
      await server.listen()
      expect((await refusal('ORCH_SUPERVISOR', client().call('echo', {words: 'x'}))).message).to.include(other)
    })

    it('takes another path to the same folder for the same', async () => {
      await server.close()
      server = serve({state: `${folder()}/.`})
      await server.listen()
      expect(await client().call('echo', {words: 'x'})).to.deep.equal({words: 'x'})
    })

    it('peeks at nobody without starting anybody', async () => {
      await server.close()
      expect(await client().peek('echo', {words: 'x'})).to.equal(null)
    })
  })

  it('signs every answer, also those to strangers', async () => {
    for (const path of ['/v1/echo', '/v1/none', '/', '/v1/../../etc/passwd']) {
      const call = request({socketPath: socket(), path, method: 'POST', headers: {'content-type': 'application/json'}})
      call.end('{not json')
      const [response] = (await once(call, 'response')) as [IncomingMessage]
      response.resume()
      expect(response.statusCode, path).to.be.at.least(400)
      expect(response.headers, path).to.include({[HEADERS.protocol]: '1', [HEADERS.version]: '1.0.0'})
    }
  })
})
