import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import {mkdtemp, readFile, realpath, rm} from 'node:fs/promises'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import {McpServer as SdkServer} from '@modelcontextprotocol/sdk/server/mcp.js'
import {SSEServerTransport} from '@modelcontextprotocol/sdk/server/sse.js'
import {StreamableHTTPServerTransport} from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import {expect} from 'chai'
import type {Clock, McpProbe, McpServer} from '@orch/plugin-kit'
import {ExecaRunner} from '../../../../src/adapters/process-runner.js'
import {ServerProber} from '../../src/mcp/prober.js'

const FIXTURE = fileURLToPath(new URL('../fixtures/mcp-server.mjs', import.meta.url))
/** Long enough for a Node start on any machine; only a server that never answers waits for it, with a time of its own. */
const PATIENT_MS = 60_000

/** Real servers, real processes, real time. */
describe('ServerProber', function () {
  this.timeout(90_000)
  let folder: string
  let log: string
  let start: AbortController
  const clock: Clock = {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    sleep: (ms, signal) => sleep(ms, undefined, signal ? {signal} : {}),
  }
  const prober = new ServerProber({processes: new ExecaRunner(), clock, version: '9.9.9'})

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'orch-probe-')))
    log = join(folder, 'starts.jsonl')
    start = new AbortController()
  })
  afterEach(() => rm(folder, {recursive: true, force: true}))

  const server = (mode: string, config: object = {}): McpServer => {
    return {name: mode, source: 'user', config: {command: process.execPath, args: [FIXTURE, mode, log], ...config}}
  }
  const probe = async (servers: readonly McpServer[], timeoutMs = PATIENT_MS, env: Record<string, string> = {}) => {
    return prober.probe({servers, cwd: folder, env: {PATH: process.env['PATH']!, ...env}, timeoutMs, signal: start.signal})
  }
  const one = async (...args: Parameters<typeof probe>): Promise<McpProbe> => (await probe(...args))[0]!
  const starts = async () =>
    (await readFile(log, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as {pid: number; cwd: string; mode: string})
  const isRunning = (pid: number) => {
    try {
      process.kill(pid, 0)
      return true
    } catch {
      return false
    }
  }

  it('asks a server who it is and for all of its tools, in the folder given, and ends it', async () => {
    expect(await one([server('answers')])).to.deep.equal({
      server: 'answers',
      outcome: 'answers',
      why: 'answers as fixture 1.2.3',
      tools: ['look', 'touch'],
      output: '',
    })
    const [started] = await starts()
    expect(started).to.include({cwd: folder})
    expect(isRunning(started!.pid)).to.equal(false)
  })

  it('asks all at once', async () => {
    const began = performance.now()
    const slow = ['a', 'b', 'c', 'd'].map((name) => ({...server('slow'), name}))
    expect((await probe(slow)).map(({outcome}) => outcome)).to.deep.equal(['answers', 'answers', 'answers', 'answers'])
    // Each takes two answers of 2 s and a page more; one after another would be 24 s.
    expect(performance.now() - began).to.be.lessThan(20_000)
  })

  it('asks the same entry once in one start, and again in the next', async () => {
    await Promise.all([probe([server('answers')]), probe([server('answers')])])
    await probe([server('answers')])
    expect(await starts()).to.have.length(1)
    await probe([server('answers', {env: {OTHER: 'entry'}})])
    expect(await starts()).to.have.length(2)
    start = new AbortController()
    await probe([server('answers')])
    expect(await starts()).to.have.length(3)
  })

  it('says which question a server never answered, and ends one that stays', async () => {
    const [silent, mute] = await probe([server('silent'), server('mute-tools')], 1_500)
    expect(silent).to.include({outcome: 'failed', why: 'did not answer initialize within 2 s'})
    expect(mute!.outcome).to.equal('failed')
    for (const {pid} of await starts()) expect(isRunning(pid)).to.equal(false)
  })

  it('tells of each result as soon as it is there, while others are still asked', async () => {
    const told: string[] = []
    const onProbed = (name: string) => {
      told.push(name)
      start.abort(new Error('enough'))
    }
    const request = {cwd: folder, env: {PATH: process.env['PATH']!}, timeoutMs: PATIENT_MS, signal: start.signal, onProbed}
    const asked = prober.probe({...request, servers: [server('silent'), server('answers')]})
    expect(await asked.catch((error: unknown) => error)).to.have.property('message', 'enough')
    expect(told).to.deep.equal(['answers'])
  })

  it('shows the end of the standard error of a server that dies, without secrets', async () => {
    const died = await one([server('dies', {env: {TOKEN: '${SECRET}'}})], PATIENT_MS, {SECRET: 'very-secret-value'})
    expect(died).to.deep.include({outcome: 'failed', why: 'ended with exit code 3 before it answered'})
    expect(died.output).to.equal('starting with [redacted]\ncannot reach the database')
  })

  it('tells refusals, strangers and programs that are not there', async () => {
    const missing = {name: 'missing', source: 'user', config: {command: join(folder, 'no-such-program')}} as const
    const [refused, missed, chatty] = await probe([server('refuses'), missing, server('chatty')])
    expect(refused!.why).to.include('not today')
    expect(missed).to.include({outcome: 'failed', why: 'cannot be started: its command was not found or may not be executed'})
    expect(chatty!.outcome).to.equal('answers')
  })

  it('tells entries nobody could start', async () => {
    const broken = (config: object) => one([{name: 'x', source: 'user', config: config as McpServer['config']}])
    expect(await broken({})).to.include({outcome: 'failed', why: 'has neither a command nor the type of a remote server'})
    expect(await broken({command: '${NOT_SET}'})).to.include({outcome: 'failed', why: 'needs NOT_SET in the environment'})
    expect(await broken({type: 'http', url: 'nowhere'})).to.include({outcome: 'failed', why: 'has no usable url'})
    expect(await broken({type: 'ws', url: 'ws://127.0.0.1:1'})).to.include({outcome: 'unasked'})
  })

  it('is broken off with its start, and leaves nothing running', async () => {
    const probing = probe([server('silent')])
    while ((await readFile(log, 'utf8').catch(() => '')) === '') await sleep(20)
    start.abort(new Error('stopped'))
    await probing.then(
      () => expect.fail('it went on'),
      (error: Error) => expect(error.message).to.equal('stopped'),
    )
    expect(isRunning((await starts())[0]!.pid)).to.equal(false)
  })

  describe('of remote servers', () => {
    let http: Server
    let url: string
    let handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>

    beforeEach(async () => {
      http = createServer((request, response) => void handle(request, response))
      await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
      url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`
    })
    afterEach(async () => {
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    })

    const remote = (type: 'http' | 'sse', headers: Record<string, string> = {}) =>
      ({name: 'r', source: 'user', config: {type, url, headers}}) as const
    const sdkServer = () => {
      const made = new SdkServer({name: 'far', version: '2'})
      made.registerTool('reach', {description: 'Reaches.'}, async () => ({content: []}))
      return made
    }

    it('speaks streamable HTTP, with the headers of the entry', async () => {
      const seen: (string | undefined)[] = []
      handle = async (request, response) => {
        seen.push(request.headers['x-key'] as string | undefined)
        const transport = new StreamableHTTPServerTransport({sessionIdGenerator: undefined} as never)
        await sdkServer().connect(transport)
        await transport.handleRequest(request, response)
      }
      expect(await one([remote('http', {'X-Key': '${KEY}'})], PATIENT_MS, {KEY: 'abc'})).to.deep.include({
        outcome: 'answers',
        tools: ['reach'],
      })
      expect(new Set(seen)).to.deep.equal(new Set(['abc']))
    })

    it('speaks server-sent events', async () => {
      let transport: SSEServerTransport
      handle = async (request, response) => {
        if (request.method === 'POST') return transport.handlePostMessage(request, response)
        transport = new SSEServerTransport('/mcp', response)
        await sdkServer().connect(transport)
      }
      expect(await one([remote('sse')])).to.deep.include({outcome: 'answers', tools: ['reach']})
    })

    for (const type of ['http', 'sse'] as const) {
      it(`tells a sign-in from a failure (${type})`, async () => {
        handle = async (_, response) => void response.writeHead(401, {'www-authenticate': 'Bearer'}).end()
        expect(await one([remote(type)])).to.include({outcome: 'needs-sign-in'})
        handle = async (_, response) => void response.writeHead(500).end('broken')
        start = new AbortController()
        expect(await one([remote(type)])).to.include({outcome: 'failed'})
      })

      it(`does not wait for ever (${type})`, async () => {
        handle = async () => undefined
        expect(await one([remote(type)], 300)).to.include({outcome: 'failed', why: 'did not answer initialize within 0 s'})
      })
    }

    it('does not ask through a proxy', async () => {
      const far = {name: 'far', source: 'user', config: {type: 'http', url: 'https://example.org/mcp'}} as const
      expect(await one([far], PATIENT_MS, {HTTPS_PROXY: 'http://127.0.0.1:1'})).to.include({outcome: 'unasked'})
    })
  })
})
