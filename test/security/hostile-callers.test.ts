import {once} from 'node:events'
import {request, type IncomingMessage} from 'node:http'
import {connect} from 'node:net'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {expect} from 'chai'
import {OrchError, type Caller} from '@orch/plugin-kit'
import {MemoryLogger} from '@orch/plugin-kit/testing'
import {AjvValidator} from '../../src/adapters/schema-validator.js'
import {call, params} from '../../src/rpc/method.js'
import {SocketListener} from '../../src/rpc/listener.js'
import {RpcServer} from '../../src/rpc/server.js'
import {eventually} from '../contract/eventually.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

interface Answer {
  readonly status: number
  readonly code?: string
  readonly why?: string
}

const MB = 1024 * 1024

describe('hostile callers', () => {
  const folder = useTemporaryFolder()
  let server: RpcServer
  let handled: number
  /** Calls of `slow` end when it resolves. */
  let release: () => void

  beforeEach(async () => {
    handled = 0
    const released = new Promise<void>((resolve) => (release = resolve))
    const anything = {type: 'object'}
    const take = call(anything, async () => void handled++)
    const identify = ({token}: {token: string}): Caller => {
      if (token !== 'right') throw new OrchError('ORCH_UNAUTHORISED', {why: 'the token is wrong'})
      return {agent: {project: 'p', agent: 'a', role: 'developer'}}
    }
    server = new RpcServer({
      ...{listener: new SocketListener(join(folder(), 'orch.sock')), state: folder(), version: '1.0.0', plugins: ''},
      ...{
        schemas: new AjvValidator(),
        logger: new MemoryLogger(),
        identify,
        settleReports: async () => {},
        admit: async ({params: given}) => given,
      },
      methods: {take, 'agent.report': take, slow: call(params({words: {type: 'string'}}), () => released)},
    })
    await server.listen()
  })

  afterEach(async () => {
    release()
    await server.close()
  })

  async function send(path: string, body: string | null, headers: Record<string, string> = {}, method = 'POST'): Promise<Answer> {
    const sent = request({socketPath: join(folder(), 'orch.sock'), path, method, headers: {'content-type': 'application/json', ...headers}})
    sent.on('error', () => {})
    if (body !== null) sent.end(body)
    else sent.flushHeaders()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    const answer = JSON.parse(await text(response)) as {error?: {code: string; message: string}}
    sent.destroy()
    return {status: response.statusCode!, ...(answer.error ? {code: answer.error.code, why: answer.error.message} : {})}
  }

  it('with a body that nests without end are refused at once', async () => {
    const started = performance.now()
    for (const body of ['['.repeat(4 * MB), '{"a":'.repeat(MB)]) {
      const {status, why} = await send('/v1/agent.report', body)
      expect([status, why]).to.deep.equal([400, 'The request agent.report is not valid: the body nests deeper than 100 levels'])
    }
    expect([handled, performance.now() - started < 10_000]).to.deep.equal([0, true])
  })

  it('without the right token are refused before they have sent a body', async () => {
    const answer = await send('/v1/agent.report', null, {'x-orch-agent': 'a', 'x-orch-token': 'wrong', 'content-length': String(10 * MB)})
    expect(answer).to.include({code: 'ORCH_UNAUTHORISED'})
  })

  it('that are agents may send two megabytes, and as much as the files they write by their hooks', async () => {
    const agent = {'x-orch-agent': 'a', 'x-orch-token': 'right'}
    const large = JSON.stringify({text: 'x'.repeat(3 * MB)})
    expect(await send('/v1/take', large, agent)).to.include({code: 'ORCH_INVALID_PARAMS'})
    expect(await send('/v1/agent.report', large, agent)).to.deep.equal({status: 200})
    expect(await send('/v1/take', large)).to.deep.equal({status: 200})
  })

  it('together fill at most 64 MB, and everybody is served again afterwards', async () => {
    const body = JSON.stringify({words: 'x'.repeat(12 * MB)})
    const answers: Answer[] = []
    const calls = Array.from({length: 8}, () => send('/v1/slow', body).then((answer) => answers.push(answer)))
    await eventually(async () => expect(answers.map(({code}) => code)).to.deep.equal(Array(3).fill('ORCH_BUSY')))
    release()
    await Promise.all(calls)
    expect(answers.filter(({status}) => status === 200)).to.have.length(5)
    expect(await send('/v1/slow', body)).to.include({status: 200})
  })

  for (const key of ['__proto__', 'constructor', 'prototype']) {
    it(`are refused with a body that has the key ${key}`, async () => {
      const answer = await send('/v1/slow', `{"words": "x", "${key}": {"polluted": 1}}`)
      expect(answer).to.include({status: 400, code: 'ORCH_INVALID_PARAMS'})
      expect(({} as {polluted?: unknown}).polluted).to.equal(undefined)
    })
  }

  for (const [what, head] of [
    ['a length beside chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n'],
    ['two lengths', 'Content-Length: 2\r\nContent-Length: 99\r\n'],
    ['chunks under another name', 'Transfer-Encoding: xchunked\r\nContent-Length: 2\r\n'],
  ] as const) {
    it(`cannot hide a second request behind one with ${what}`, async () => {
      const hidden = 'POST /v1/take HTTP/1.1\r\nHost: orch\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}'
      const answer = await raw(`POST /v1/take HTTP/1.1\r\nHost: orch\r\nContent-Type: application/json\r\n${head}\r\n0\r\n\r\n${hidden}`)
      expect(answer).to.match(/^HTTP\/1\.1 400 /)
      expect(handled).to.equal(0)
    })
  }

  it('that send a request byte by byte hold up nobody else', async () => {
    const slow = Array.from({length: 200}, () => connect(join(folder(), 'orch.sock')))
    for (const socket of slow) socket.write('POST /v1/take HTTP/1.1\r\nX-Slow: ')
    expect(await send('/v1/take', '{}')).to.deep.equal({status: 200})
    for (const socket of slow) socket.destroy()
  })

  /** Writes bytes as they are. @returns all of the answer, once the server has ended the connection */
  async function raw(bytes: string): Promise<string> {
    const socket = connect(join(folder(), 'orch.sock'))
    socket.write(bytes)
    return text(socket)
  }

  for (const [what, path, method, status] of [
    ['GET a method', '/v1/take', 'GET', 405],
    ['GET nothing', '/', 'GET', 404],
    ['post to another path', '/v2/take', 'POST', 404],
    ['climb', '/v1/../../etc/passwd', 'POST', 404],
    ['call a method that is not there', '/v1/none', 'POST', 404],
  ] as const) {
    it(`that ${what} get ${status}`, async () => {
      expect((await send(path, method === 'GET' ? '' : '{}', {}, method)).status).to.equal(status)
    })
  }
})
