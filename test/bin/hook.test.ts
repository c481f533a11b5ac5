import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {copyFile, lutimes, mkdir, readFile, readdir, rm, stat, utimes, writeFile} from 'node:fs/promises'
import {createServer as createHttpServer, type IncomingHttpHeaders} from 'node:http'
import {createServer, type Server} from 'node:net'
import {basename, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect} from 'chai'
import {eventually} from '../contract/eventually.js'
import {HOSTILE_PLACES} from '../support/hostile-places.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

const [HOOK, OWN_FILE] = ['hook.js', 'own-file.js'].map((name) => fileURLToPath(new URL(`../../bin/${name}`, import.meta.url))) as [
  string,
  string,
]

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** bin/hook.js as a process of its own, as agents run it. */
describe('bin/hook.js', () => {
  const folder = useTemporaryFolder()
  const socket = () => join(folder(), 'orch.sock')
  const spool = () => join(folder(), 'spool')
  const started = () => join(folder(), 'started')
  const servers: Server[] = []

  beforeEach(async () => {
    await mkdir(join(folder(), 'bin'))
    for (const file of [HOOK, OWN_FILE]) await copyFile(file, join(folder(), 'bin', basename(file)))
    await writeFile(join(folder(), 'bin', 'package.json'), '{"type": "module"}')
    // In the place of a supervisor: a program that writes down that it was started, and with what.
    const program = `require('node:fs').appendFileSync(${JSON.stringify(started())}, JSON.stringify({cwd: process.cwd(), env: process.env.MARK}) + '\\n')`
    await writeFile(
      join(folder(), 'bin', 'supervisor.json'),
      JSON.stringify({argv: [process.execPath, '-e', program], env: {MARK: 'ours'}}),
    )
  })

  afterEach(() => {
    for (const server of servers.splice(0)) server.close()
  })

  async function hook(input: string, changes: Record<string, string | undefined> = {}, event = 'Stop'): Promise<Ended> {
    const env = {
      PATH: process.env['PATH'],
      ORCH_SOCKET: socket(),
      ORCH_STATE: folder(),
      ORCH_PROJECT: 'p_1',
      ORCH_AGENT: 'a_1',
      ORCH_RUN: 'r_1',
      ORCH_TOKEN: 'secret',
      ...changes,
    }
    const child = spawn(process.execPath, [join(folder(), 'bin', 'hook.js'), event], {env, stdio: 'pipe'})
    const said = {stdout: '', stderr: ''}
    child.stdout.on('data', (chunk) => (said.stdout += String(chunk)))
    child.stderr.on('data', (chunk) => (said.stderr += String(chunk)))
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    const [code] = (await once(child, 'close')) as [number | null]
    return {code, ...said}
  }

  /** A supervisor that takes reports. */
  async function listen(status = 200): Promise<{url: string; headers: IncomingHttpHeaders; body: unknown}[]> {
    const calls: {url: string; headers: IncomingHttpHeaders; body: unknown}[] = []
    const server = createHttpServer((request, response) => {
      let text = ''
      request.setEncoding('utf8')
      request.on('data', (chunk) => (text += String(chunk)))
      request.on('end', () => {
        calls.push({url: request.url!, headers: request.headers, body: JSON.parse(text)})
        response.statusCode = status
        response.end('{"data": {}}')
      })
    })
    servers.push(server)
    await once(server.listen(socket()), 'listening')
    return calls
  }

  /** Whoever answers, in bytes. */
  async function listenRaw(onConnection: Parameters<typeof createServer>[1]): Promise<void> {
    const server = createServer(onConnection)
    servers.push(server)
    await once(server.listen(socket()), 'listening')
  }

  const reports = async () => {
    const names = (await readdir(spool()).catch(() => [])).filter((name) => name.endsWith('.json')).sort()
    return Promise.all(names.map(async (name) => JSON.parse(await readFile(join(spool(), name), 'utf8')) as Record<string, unknown>))
  }
  const starts = async () => (await readFile(started(), 'utf8').catch(() => '')).split('\n').filter(Boolean)
  const SILENT = {code: 0, stdout: '', stderr: ''}

  it('delivers a report with the token of its run, and says nothing', async () => {
    const calls = await listen()
    expect(await hook('{"session_id": "s", "cwd": "/w"}', {}, 'SessionStart')).to.deep.equal(SILENT)
    expect(calls).to.have.length(1)
    expect(calls[0]!.url).to.equal('/v1/agent.report')
    expect(calls[0]!.headers).to.include({'x-orch-agent': 'a_1', 'x-orch-project': 'p_1', 'x-orch-token': 'secret'})
    expect(calls[0]!.body).to.deep.equal({
      project: 'p_1',
      agent: 'a_1',
      run: 'r_1',
      event: 'SessionStart',
      payload: {session_id: 's', cwd: '/w'},
    })
    expect(await reports()).to.deep.equal([])
  })

  for (const [what, input] of [
    ['garbage', '\u0000{not json'],
    ['nothing', ''],
    ['half an object', '{"a":'],
  ] as const) {
    it(`takes ${what} on standard input for an empty report`, async () => {
      const calls = await listen()
      expect(await hook(input)).to.deep.equal(SILENT)
      expect(calls[0]!.body).to.deep.include({event: 'Stop', payload: {}})
    })
  }

  it('delivers a very long report whole', async () => {
    const calls = await listen()
    const text = 'ü'.repeat(500_000)
    expect(await hook(JSON.stringify({text}))).to.deep.equal(SILENT)
    expect((calls[0]!.body as {payload: object}).payload).to.deep.equal({text})
  })

  it('does nothing outside an agent', async () => {
    const calls = await listen()
    for (const name of ['ORCH_SOCKET', 'ORCH_STATE', 'ORCH_AGENT', 'ORCH_RUN'])
      expect(await hook('{}', {[name]: undefined}), name).to.deep.equal(SILENT)
    expect(calls).to.deep.equal([])
    expect(await readdir(folder())).not.to.include('spool')
  })

  for (const {what, put} of HOSTILE_PLACES)
    it(`ends at once, its report spooled, though what it starts the supervisor with is ${what}`, async () => {
      await mkdir(spool())
      await put(join(spool(), '.started'))
      await rm(join(folder(), 'bin', 'supervisor.json'))
      await put(join(folder(), 'bin', 'supervisor.json'))
      await lutimes(join(spool(), '.started'), new Date(0), new Date(0))
      expect(await hook('{"last": 1}')).to.deep.equal(SILENT)
      expect((await reports()).map(({payload}) => payload)).to.deep.equal([{last: 1}])
    })

  it('minds no refusal', async () => {
    await listen(500)
    expect(await hook('{}')).to.deep.equal(SILENT)
    expect(await starts()).to.deep.equal([])
  })

  it('keeps its report when the supervisor lives and cannot store it, and starts no second one', async () => {
    await listen(503)
    expect(await hook('{"a": 1}')).to.deep.equal(SILENT)
    expect(await reports()).to.have.length(1)
    expect(await starts()).to.deep.equal([])
  })

  it('keeps its report for later when nobody listens, privately, and starts the supervisor', async () => {
    expect(await hook('{"a": 1}')).to.deep.equal(SILENT)
    expect(await reports()).to.deep.equal([{project: 'p_1', agent: 'a_1', run: 'r_1', event: 'Stop', payload: {a: 1}, token: 'secret'}])
    const [name] = (await readdir(spool())).filter((each) => each.endsWith('.json'))
    expect((await stat(join(spool(), name!))).mode & 0o777).to.equal(0o600)
    expect((await stat(spool())).mode & 0o777).to.equal(0o700)
    await eventually(async () => expect(await starts()).to.have.length(1))
    expect(JSON.parse((await starts())[0]!)).to.deep.equal({cwd: '/', env: 'ours'})
  })

  it('finds a socket file that nobody listens on any more', async () => {
    await writeFile(socket(), '')
    expect(await hook('{}')).to.deep.equal(SILENT)
    expect(await reports()).to.have.length(1)
  })

  it('keeps reports in the order in which they were made', async () => {
    for (const event of ['one', 'two', 'three']) await hook('{}', {}, event)
    expect((await reports()).map(({event}) => event)).to.deep.equal(['one', 'two', 'three'])
  })

  it('starts the supervisor at most once in ten seconds', async () => {
    for (let count = 0; count < 3; count++) await hook('{}')
    await eventually(async () => expect(await starts()).to.have.length(1))
    const old = new Date(Date.now() - 11_000)
    await utimes(join(spool(), '.started'), old, old)
    await hook('{}')
    await eventually(async () => expect(await starts()).to.have.length(2))
    expect(await reports()).to.have.length(4)
  })

  it('keeps its report and starts nothing when a person stopped the supervisor', async () => {
    await mkdir(spool(), {recursive: true})
    await writeFile(join(spool(), '.stopped'), '')
    expect(await hook('{}')).to.deep.equal(SILENT)
    expect(await reports()).to.have.length(1)
    expect(await readdir(spool())).not.to.include('.started')
  })

  it('leaves the start to a command that replaces the supervisor, for a minute', async () => {
    await mkdir(spool(), {recursive: true})
    const mark = join(spool(), '.replaced')
    await writeFile(mark, '')
    expect(await hook('{}')).to.deep.equal(SILENT)
    expect(await readdir(spool())).not.to.include('.started')
    const past = new Date(Date.now() - 61_000)
    await utimes(mark, past, past)
    await hook('{}')
    await eventually(async () => expect(await starts()).to.have.length(1))
    expect(await reports()).to.have.length(2)
  })

  it('keeps its report when the supervisor never answers, and starts no second one', async () => {
    await listenRaw(() => {})
    expect(await hook('{"a": 1}')).to.deep.equal(SILENT)
    expect(await reports()).to.have.length(1)
    expect(await starts()).to.deep.equal([])
  })

  it('keeps its report when the supervisor dies over it', async () => {
    await listenRaw((connection) => void connection.once('data', () => connection.destroy()))
    expect(await hook('{}')).to.deep.equal(SILENT)
    expect(await reports()).to.have.length(1)
  })

  it('does not fail its agent when nothing can be written', async () => {
    await writeFile(spool(), 'a file where the folder should be')
    expect(await hook('{}')).to.deep.equal(SILENT)
  })

  it('does not fail its agent when nobody knows how the supervisor is started', async () => {
    await writeFile(join(folder(), 'bin', 'supervisor.json'), 'torn')
    expect(await hook('{}')).to.deep.equal(SILENT)
    expect(await reports()).to.have.length(1)
  })
})
