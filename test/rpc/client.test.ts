import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdir, rm, writeFile} from 'node:fs/promises'
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {setTimeout as sleep} from 'node:timers/promises'
import {expect} from 'chai'
import {OrchError, toErrorBody} from '@orch/plugin-kit'
import {identifyProcess} from '../../src/adapters/local-host.js'
import {announceReplacement, holdRestarts} from '../../src/adapters/stop-mark.js'
import {connect} from '../../src/rpc/client.js'
import {HEADERS, RESTART_ME} from '../../src/rpc/protocol.js'
import {refusal} from '../support/failure.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

interface Call {
  readonly method: string
  readonly headers: IncomingMessage['headers']
  readonly params: unknown
}

type Answer = (response: ServerResponse, call: Call) => void

const data =
  (value: unknown): Answer =>
  (response) =>
    response.end(JSON.stringify({data: value}))
/** The supervisor dies before, or in the middle of, its answer. */
const die: Answer = (response) => void response.socket!.destroy()
const tear: Answer = (response) => {
  response.write('{"data": {"hal')
  setTimeout(() => response.socket!.destroy(), 20)
}
const breakOff: Answer = (response) => response.end('{"data": {"hal')

/** The client alone, against supervisors that do what a test wants. What client and server do together stands in server.test.ts. */
describe('the client of the socket', () => {
  const folder = useTemporaryFolder()
  const socket = () => join(folder(), 'orch.sock')
  let server: Server | undefined
  let calls: Call[]
  /** The last one is given again and again. */
  let answers: Answer[]

  const client = (env: NodeJS.ProcessEnv = {}, said: string[] = []) =>
    connect({
      warn: (text) => void said.push(text),
      root: folder(),
      dataDir: folder(),
      version: '1.0.0',
      plugins: 'digest',
      env: {PATH: process.env['PATH'], HOME: folder(), ...env},
    })

  async function serve(...script: Answer[]): Promise<void> {
    answers = script
    server = createServer((request, response) => {
      void text(request).then((body) => {
        const call = {method: request.url!.split('/').pop()!, headers: request.headers, params: JSON.parse(body) as unknown}
        calls.push(call)
        const answer = answers.length > 1 ? answers.shift()! : answers[0]!
        response.setHeader(HEADERS.state, encodeURIComponent(folder()))
        answer(response, call)
      })
    })
    server.listen(socket())
    await once(server, 'listening')
  }

  beforeEach(() => (calls = []))
  afterEach(async () => {
    server?.closeAllConnections()
    if (server?.listening) await new Promise((resolve) => server!.close(resolve))
    server = undefined
  })

  it('keeps no connection: the next call may be to another supervisor', async () => {
    await serve(data({}))
    await client().peek('system.stop')
    await client().call('system.hello')
    expect(calls.map(({headers}) => headers['connection'])).to.deep.equal(['close', 'close'])
  })

  describe('makes a call again', () => {
    for (const [what, broken] of [
      ['dies before its answer', die],
      ['dies in the middle of its answer', tear],
      ['ends in the middle of its answer', breakOff],
    ] as const) {
      it(`when the supervisor ${what}, if that does nothing twice`, async () => {
        await serve(broken, broken, data('done'))
        expect(await client().call('a.b', {n: 1}, {idempotent: true})).to.equal('done')
        expect(calls.map(({params}) => params)).to.deep.equal([{n: 1}, {n: 1}, {n: 1}])
      })

      it(`never when the supervisor ${what} and it may have been done`, async () => {
        await serve(broken)
        const error = await refusal('ORCH_SUPERVISOR', client().call('a.b'))
        expect(error.exit).to.equal(69)
        expect(error.remedy).to.include('orch daemon restart')
        expect(calls).to.have.length(1)
      })
    }

    it('never when the supervisor refused it', async () => {
      const refused = new OrchError('ORCH_REFUSED', {what: 'It', why: 'dirty', remedy: 'Commit it.'})
      await serve((response) => response.writeHead(500).end(JSON.stringify({error: toErrorBody(refused)})))
      await refusal('ORCH_REFUSED', client().call('a.b', {}, {idempotent: true}))
      expect(calls).to.have.length(1)
    })
  })

  describe('in an agent whose supervisor a person has stopped', () => {
    const AGENT = {ORCH_AGENT: 'a_1', ORCH_RUN: 'r_1', ORCH_TOKEN: 't'}
    const mark = () => join(folder(), 'spool', '.stopped')
    beforeEach(async () => {
      await mkdir(join(folder(), 'spool'), {recursive: true})
      await writeFile(mark(), '')
    })

    it('starts none, and says why', async () => {
      const error = await refusal('ORCH_STOPPED', client(AGENT).call('a.b', {}, {idempotent: true}))
      expect(error.exit).to.equal(69)
    })

    it('waits for it where it has patience, and then makes the call', async () => {
      const answer = client(AGENT).call('a.b', {}, {idempotent: true, patient: true})
      await sleep(100)
      await rm(mark())
      await serve(data('done'))
      expect(await answer).to.equal('done')
    })
  })

  describe('in an agent whose supervisor a command replaces', () => {
    const AGENT = {ORCH_AGENT: 'a_1', ORCH_RUN: 'r_1', ORCH_TOKEN: 't'}

    it('waits for the next one, and starts none', async () => {
      await announceReplacement(join(folder(), 'spool'))
      const answer = client(AGENT).call('a.b')
      await sleep(100)
      await serve(data('of the next one'))
      expect(await answer).to.equal('of the next one')
    })

    it('says so when a person stops it meanwhile', async () => {
      await announceReplacement(join(folder(), 'spool'))
      const answer = refusal('ORCH_STOPPED', client(AGENT).call('a.b'))
      await holdRestarts(join(folder(), 'spool'))
      await answer
    })
  })

  describe('before a supervisor that hangs', () => {
    it('asks whether it answers at all, and gives up with the process that is in the way', async () => {
      await serve(() => {})
      const {startedAt} = identifyProcess(process.pid)!
      await writeFile(join(folder(), 'supervisor.pid'), `${process.pid} ${startedAt} 0\n`)
      const error = await refusal('ORCH_SUPERVISOR', client().call('a.b', {}, {idempotent: true}))
      expect(error.message).to.include(`process ${process.pid}`)
      expect(error.remedy).to.include('orch daemon restart')
      expect(calls.map(({method}) => method)).to.deep.equal(['a.b', 'system.hello'])
    })

    it('waits on where only the answer takes long', async () => {
      await serve((response, {method}) => {
        if (method === 'system.hello') return void response.end(JSON.stringify({data: {}}))
        setTimeout(() => response.end(JSON.stringify({data: 'at last'})), 3_000)
      })
      expect(await client().call('a.b')).to.equal('at last')
    })

    it('ends a look in the time it was given', async () => {
      await serve(() => {})
      await refusal('ORCH_SUPERVISOR', client().peek('system.hello', {}, {timeoutMs: 50}))
    })
  })

  describe('says who it is', () => {
    it('as a person, with version and plugins, and to a look without', async () => {
      await serve(data(null))
      await client().call('a.b')
      await client().peek('a.b')
      const [call, peek] = calls.map(({headers}) => headers)
      expect(call).to.include({[HEADERS.version]: '1.0.0', [HEADERS.plugins]: 'digest', [HEADERS.protocol]: '1'})
      expect(call).not.to.have.any.keys(HEADERS.agent, HEADERS.token)
      expect(peek).not.to.have.any.keys(HEADERS.version, HEADERS.plugins, HEADERS.agent)
    })

    it('by its plugins until it is answered once: they may change while it runs, and it would restart the supervisor of the others', async () => {
      await serve(data(null))
      const one = client()
      await one.call('a.b')
      await one.call('a.b')
      expect(calls.map(({headers}) => headers[HEADERS.plugins])).to.deep.equal(['digest', undefined])
      expect(calls[1]!.headers).to.include({[HEADERS.version]: '1.0.0'})
    })

    it('as an agent, by the token of its run; one without a token is for the supervisor to refuse', async () => {
      await serve(data(null))
      await client({ORCH_AGENT: 'a_1', ORCH_PROJECT: 'p_1', ORCH_TOKEN: 't'}).call('a.b')
      await client({ORCH_AGENT: 'a_1'}).call('a.b')
      expect(calls[0]!.headers).to.include({[HEADERS.agent]: 'a_1', [HEADERS.project]: 'p_1', [HEADERS.token]: 't'})
      expect(calls[1]!.headers).to.include({[HEADERS.agent]: 'a_1', [HEADERS.project]: '', [HEADERS.token]: ''})
    })
  })

  it('looks without starting anybody, and without a second look', async () => {
    expect(await client().peek('a.b')).to.equal(null)
    await serve(die)
    await refusal('ORCH_SUPERVISOR', client().peek('a.b'))
    expect(calls).to.have.length(1)
  })

  it('fails when what answers is no supervisor', async () => {
    await serve((response) => {
      response.removeHeader(HEADERS.state)
      response.end('hello')
    })
    expect((await refusal('ORCH_SUPERVISOR', client().call('a.b'))).message).to.include('belongs to')
  })

  it('tells what a stream told before its supervisor died, and then that it did', async () => {
    await serve((response) => {
      response.write('{"n":1}\n{"n":2}\n{"n":')
      setTimeout(() => response.socket!.destroy(), 20)
    })
    const seen: unknown[] = []
    const reading = (async () => {
      for await (const item of client().stream('a.b')) seen.push(item)
    })()
    await refusal('ORCH_SUPERVISOR', reading)
    expect(seen).to.deep.equal([{n: 1}, {n: 2}])
  })

  describe('where none listens', () => {
    const FITS = {trial: {digest: 'digest', at: 0, plugins: [], leftOut: []}}
    /**
     * A program in the place of orch that is a supervisor until it has answered once. @param first CommonJS, before anything else
     * @param tried what it says when it is only to try the plugins
     */
    const install = async (first = '', tried: object = FITS) => {
      await mkdir(join(folder(), 'bin'), {recursive: true})
      const source = `
        if (process.argv.includes('try')) {
          console.log(${JSON.stringify(JSON.stringify(tried))})
          process.exit()
        }
        ${first}
        const server = require('node:http').createServer((request, response) => {
          response.setHeader('${HEADERS.state}', ${JSON.stringify(encodeURIComponent(folder()))})
          response.setHeader('connection', 'close')
          response.end(JSON.stringify({data: 'of the new one ' + request.url}), () => process.exit())
        })
        server.listen(${JSON.stringify(socket())}, () => console.log(JSON.stringify({ready: true})))
        setTimeout(() => process.exit(), 10000)
      `
      await writeFile(join(folder(), 'bin', 'run.js'), source)
    }

    it('starts a supervisor and calls that', async () => {
      await install()
      expect(await client().call('a.b')).to.equal('of the new one /v1/a.b')
    })

    it('says why when none comes up', async () => {
      const error = toErrorBody(new OrchError('ORCH_STATE', {path: '/p', why: 'it is newer', remedy: 'Use that.'}))
      await install(`console.log(${JSON.stringify(JSON.stringify({error}))}); process.exit(78)`)
      expect((await refusal('ORCH_STATE', client().call('a.b'))).message).to.include('it is newer')
    })

    it('says so when one comes up and is gone at once', async () => {
      await install(`console.log(JSON.stringify({ready: true})); process.exit()`)
      expect((await refusal('ORCH_SUPERVISOR', client().call('a.b'))).message).to.include('ended right after its start')
    })

    for (const [which, known] of [
      ['that is older', ['system.retire']],
      ['of 0.1, which knows no system.retire', ['system.retire', 'system.stop']],
    ] as const)
      it(`replaces one ${which}, once its process has gone, and calls the new one`, async () => {
        await install()
        const old = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {stdio: 'ignore'})
        const gone = once(old, 'exit')
        await serve((response, {method}) => {
          response.setHeader(HEADERS.pid, String(old.pid))
          if (method !== known.at(-1)) return void response.writeHead(RESTART_ME).end('{}')
          response.setHeader('connection', 'close')
          response.end('{"data": {}}')
          server!.close(() => old.kill('SIGKILL'))
        })
        expect(await client().call('a.b')).to.equal('of the new one /v1/a.b')
        await gone
        expect(calls.map(({method}) => method)).to.deep.equal(['a.b', ...known])
      })

    describe('and the next one cannot come up', () => {
      const error = toErrorBody(new OrchError('ORCH_CONFIG', {problems: ['ports.base: must be number']}))
      /** One that has other plugins. @param version it says it has */
      const outdated = (version: string): Answer => {
        return (response, {headers}) => {
          for (const [name, value] of [
            [HEADERS.pid, String(process.pid)],
            [HEADERS.version, version],
            [HEADERS.protocol, '1'],
          ] as const)
            response.setHeader(name, value)
          if (headers[HEADERS.plugins] !== undefined || version !== '1.0.0') response.writeHead(RESTART_ME).end('{}')
          else response.end('{"data": "of the old one"}')
        }
      }

      it('goes on with the one that runs where only plugins differ, and says why', async () => {
        const said: string[] = []
        await install('', {error})
        await serve(outdated('1.0.0'))
        expect(await client({}, said).call('a.b')).to.equal('of the old one')
        expect(calls.map(({method}) => method)).to.deep.equal(['a.b', 'a.b'])
        expect(said.join()).to.include('ports.base: must be number').and.include('keeps the plugins it has')
      })

      it('fails where the one that runs is of another version, which goes on', async () => {
        await install('', {error})
        await serve(outdated('0.9.0'))
        await refusal('ORCH_CONFIG', client().call('a.b'))
        expect(calls.map(({method}) => method)).to.deep.equal(['a.b'])
      })
    })
  })
})
