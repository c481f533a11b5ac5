import {execFile, spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {createServer, connect, type AddressInfo, type Server, type Socket} from 'node:net'
import {networkInterfaces, tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {setImmediate as turn} from 'node:timers/promises'
import {promisify} from 'node:util'
import {expect} from 'chai'
import {ProcHolderFinder} from '../../src/port/holder.js'
import {ProcPortObserver} from '../../src/port/listeners.js'
import {runBehind} from '../../src/port/run-behind.js'

interface Seen {
  readonly listeners: string[]
  readonly holder: {readonly pid: number | null; readonly command: string | null}
}

describe('port observation on this machine', function () {
  this.timeout(60_000)
  const observer = new ProcPortObserver()
  const servers: Server[] = []
  const children: ChildProcess[] = []

  before(function () {
    if (process.platform !== 'linux') this.skip()
  })
  afterEach(() => {
    for (const server of servers.splice(0)) server.close()
    for (const child of children.splice(0)) child.kill('SIGKILL')
  })

  const listen = async (host: string, port = 0): Promise<number> => {
    const server = createServer().listen(port, host)
    servers.push(server)
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }

  /** Looks in a process of its own. @param before program and arguments in front of node's */
  const observe = async (port: number, before: readonly string[] = [], env: NodeJS.ProcessEnv = process.env): Promise<Seen> => {
    const script = fileURLToPath(new URL('observe.ts', import.meta.url))
    const [program, ...args] = [...before, process.execPath, '--import=tsx', script, String(port)]
    const {stdout} = await promisify(execFile)(program, args, {env})
    return JSON.parse(stdout) as Seen
  }

  it('sees a listener on a specific address', async function () {
    const address = Object.values(networkInterfaces())
      .flatMap((each) => each ?? [])
      .find(({internal, family}) => !internal && family === 'IPv4')
    if (!address) {
      console.log('      skipped: this machine has the loopback interface alone')
      return this.skip()
    }
    const port = await listen(address.address)
    expect((await observer.listeners(port)).map((listener) => listener.address)).to.deep.equal([address.address])
  })

  it('sees each of several listeners on one port', async () => {
    const port = await listen('127.0.0.1')
    await listen('::1', port)
    expect((await observer.listeners(port)).map(({address}) => address)).to.have.members(['127.0.0.1', '::1'])
  })

  it('does not take TIME_WAIT for a listener', async () => {
    const port = await listen('127.0.0.1')
    const [server] = servers
    const accepted = once(server!, 'connection')
    const client = connect(port, '127.0.0.1')
    const [socket] = (await accepted) as [Socket]
    // Who closes first keeps the connection in TIME_WAIT.
    socket.end()
    client.end()
    await Promise.all([once(socket.resume(), 'close'), once(client.resume(), 'close')])
    servers.pop()!.close()
    await once(server!, 'close')
    const hex = port.toString(16).toUpperCase().padStart(4, '0')
    expect(await readFile('/proc/net/tcp', 'utf8'), 'a connection of the port in TIME_WAIT (06)').to.match(new RegExp(`:${hex} \\S+ 06`))
    expect(await observer.listeners(port)).to.deep.equal([])
  })

  it('does not take port 30001 for port 3000', async () => {
    for (let short = 2_001; short < 6_500; short += 7) {
      const long = short * 10 + 1
      if ((await observer.listeners(short)).length > 0 || (await observer.listeners(long)).length > 0) continue
      await listen('127.0.0.1', long)
      expect(await observer.listeners(long)).to.have.length(1)
      return expect(await observer.listeners(short)).to.deep.equal([])
    }
    throw new Error('no pair of ports is free')
  })

  it('needs no lsof, ss or netstat', async () => {
    const port = await listen('::')
    const {listeners, holder} = await observe(port, [], {PATH: '/nonexistent'})
    expect(listeners).to.deep.equal(['::'])
    expect(holder.pid).to.equal(process.pid)
  })

  it('sees the listener of another user without being told who that is', async function () {
    const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--']
    const why =
      process.getuid?.() !== 0
        ? 'only root can become another user'
        : await promisify(execFile)(nobody[0]!, [...nobody.slice(1), process.execPath, '--version']).then(
            () => null,
            (error: Error) => error.message,
          )
    const port = await listen('127.0.0.1')
    const seen =
      why ?? (await observe(port, nobody, {PATH: process.env['PATH'], HOME: '/nonexistent'}).catch((error: Error) => error.message))
    if (typeof seen === 'string') {
      console.log(`      skipped: nobody cannot look (${seen.split('\n')[0]})`)
      return this.skip()
    }
    expect(seen.listeners).to.deep.equal(['127.0.0.1'])
    expect(seen.holder).to.include({pid: null, command: null})
  })

  it('never opens the port: a program that opens it all the time never finds it taken', async () => {
    const port = await listen('127.0.0.1')
    const [first] = servers.splice(0)
    first!.close()
    await once(first!, 'close')
    let looks = 0
    const looking = (async () => {
      for (; looks < 50; looks += 1) await observer.listeners(port)
    })()
    let opened = 0
    for (; looks < 50; opened += 1) {
      await listen('127.0.0.1', port)
      const server = servers.pop()!
      server.close()
      await once(server, 'close')
      // Opening and closing take no turn of the event loop: without one nobody else would get to look.
      await turn()
    }
    await looking
    expect(opened).to.be.greaterThan(20)
  })

  describe('a holder inside a run of orch', () => {
    let folder: string
    const SERVE = `require('node:net').createServer().listen(0, '127.0.0.1', function () { console.log(process.pid, this.address().port) })`
    // An agent's dev server, its mark taken out of its environment.
    const AGENT = `const {ORCH_RUN, ...env} = process.env
      require('node:child_process').spawn(process.execPath, [__dirname + '/server.cjs'], {env, stdio: 'inherit'})
      setInterval(() => {}, 1000)`

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'orch-holder-'))
      await writeFile(join(folder, 'server.cjs'), SERVE)
      await writeFile(join(folder, 'agent.cjs'), AGENT)
    })
    after(() => rm(folder, {recursive: true, force: true}))

    /** @returns pid and port of the server that comes up */
    const run = async (script: string, orchRun: string): Promise<[number, number]> => {
      const env = {...process.env, ORCH_RUN: orchRun}
      const child = spawn(process.execPath, [join(folder, script)], {env, stdio: ['ignore', 'pipe', 'inherit']})
      children.push(child)
      const [line] = (await once(child.stdout, 'data')) as [Buffer]
      return String(line).trim().split(' ').map(Number) as [number, number]
    }

    it('is known by it when the agent started it', async () => {
      const [pid, port] = await run('agent.cjs', 'r_42')
      try {
        const holder = await new ProcHolderFinder().find(await observer.listeners(port))
        expect(holder).to.include({pid, run: 'r_42'})
      } finally {
        process.kill(pid, 'SIGKILL')
      }
    })

    it('is not known by it when it is the agent itself, or none of orch', async () => {
      const [agent] = await run('server.cjs', 'r_42')
      expect(await runBehind(agent)).to.equal(null)
      const [outside] = await run('server.cjs', '')
      expect(await runBehind(outside)).to.equal(null)
    })
  })
})
