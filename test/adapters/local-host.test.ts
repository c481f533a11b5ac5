import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {createServer, type AddressInfo} from 'node:net'
import {expect} from 'chai'
import type {ProcessIdentity} from '@orch/plugin-kit'
import {ExecaRunner} from '../../src/adapters/process-runner.js'
import {LocalHost} from '../../src/adapters/local-host.js'
import {eventually} from '../contract/eventually.js'

describe('LocalHost', () => {
  const host = new LocalHost(new ExecaRunner())
  const children: ChildProcess[] = []
  const strays: number[] = []

  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
    for (const pid of strays.splice(0)) process.kill(pid, 'SIGKILL')
  })

  function start(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
    const child = spawn(args[0]!, args.slice(1), {env: {PATH: process.env['PATH'], ...env}, stdio: ['ignore', 'pipe', 'inherit']})
    children.push(child)
    return child
  }

  const identityOf = async (child: ChildProcess): Promise<ProcessIdentity> => (await host.identify(child.pid!))!
  const mark = () => `r_${process.pid}_${Math.random().toString(36).slice(2)}`

  it('identifies a process, the same every time, and none that has ended', async () => {
    const child = start(['sleep', '60'])
    const identity = await identityOf(child)
    expect(identity).to.include({pid: child.pid})
    expect(await host.identify(child.pid!)).to.deep.equal(identity)
    expect((await identityOf(start(['sleep', '60']))).pid).not.to.equal(identity.pid)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await host.identify(child.pid!)).to.equal(null)
  })

  it('takes a zombie for ended', async () => {
    // The shell becomes a program that never asks after its child.
    const parent = start(['sh', '-c', 'sleep 0.01 & echo $!; exec sleep 60'])
    const [chunk] = (await once(parent.stdout!, 'data')) as [Buffer]
    await eventually(async () => expect(await host.identify(Number(chunk.toString()))).to.equal(null))
  })

  it('reads a process whose name holds brackets and blanks', async () => {
    const child = start([process.execPath, '-e', 'process.title = ") x 1 (y"; console.log("up"); setInterval(() => {}, 1000)'])
    await once(child.stdout!, 'data')
    const identity = await identityOf(child)
    expect(identity.startedAt).to.match(/^\d+$/)
    expect((await host.family(identity, 'NO_SUCH', 'thing')).map(({pid}) => pid)).to.deep.equal([child.pid])
  })

  it('finds descendants, parents first', async () => {
    const parent = start(['sh', '-c', 'sh -c "sleep 60 & echo \\$!; wait" & echo $!; wait'])
    let text = ''
    parent.stdout!.on('data', (chunk) => (text += String(chunk)))
    await eventually(() => expect(text.trim().split('\n')).to.have.length(2))
    const [child, grandchild] = text
      .trim()
      .split('\n')
      .map(Number)
      .sort((a, b) => a - b)
    strays.push(child!, grandchild!)
    const family = (await host.family(await identityOf(parent), 'NO_SUCH', 'thing')).map(({pid}) => pid)
    expect(family).to.deep.equal([parent.pid, child, grandchild])
  })

  it('finds by environment what has left its parent', async () => {
    const run = mark()
    const parent = start(['sh', '-c', 'setsid sleep 60 >/dev/null & echo $!'], {ORCH_RUN: run})
    const [chunk] = (await once(parent.stdout!, 'data')) as [Buffer]
    const stray = Number(chunk.toString())
    strays.push(stray)
    if (parent.exitCode === null) await once(parent, 'exit')
    start(['sleep', '60'], {ORCH_RUN: `${run}x`})
    await eventually(async () => expect((await host.family(null, 'ORCH_RUN', run)).map(({pid}) => pid)).to.deep.equal([stray]))
    expect(await host.family(null, 'ORCH_RUN', run.slice(0, -1))).to.deep.equal([])
  })

  it('finds many families in one look, each with its own marks', async () => {
    const [one, other] = [mark(), mark()]
    const children = [one, other, `${other}-approval`].map((run) => start(['sleep', '60'], {ORCH_RUN: run}))
    const [first, second, third] = children.map(({pid}) => pid!)
    const root = await identityOf(children[0]!)
    const wanted = [
      {root, marks: []},
      {root: null, marks: [other, `${other}-approval`]},
      {root: {...root, startedAt: '1'}, marks: [one]},
      {root: null, marks: [mark()]},
    ]
    await eventually(async () => {
      const families = await host.families('ORCH_RUN', wanted)
      expect(families.map((family) => family.map(({pid}) => pid))).to.deep.equal([[first], [second, third], [first], []])
    })
  })

  it('counts no family of a process whose pid another one has now', async () => {
    const child = start(['sleep', '60'])
    const identity = await identityOf(child)
    expect(await host.family({...identity, startedAt: '1'}, 'NO_SUCH', 'thing')).to.deep.equal([])
  })

  it('signals a process, and never another one with its pid', async () => {
    const child = start(['sleep', '60'])
    const identity = await identityOf(child)
    expect(await host.signal({...identity, startedAt: '1'}, 'SIGKILL')).to.equal(false)
    expect(await host.identify(child.pid!)).to.deep.equal(identity)
    const exit = once(child, 'exit')
    expect(await host.signal(identity, 'SIGTERM')).to.equal(true)
    expect(((await exit) as unknown[])[1]).to.equal('SIGTERM')
    expect(await host.signal(identity, 'SIGTERM')).to.equal(false)
  })

  it('knows whether a port is listened on', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const {port} = server.address() as AddressInfo
    expect(await host.isListening(port)).to.equal(true)
    server.close()
    await once(server, 'close')
    expect(await host.isListening(port)).to.equal(false)
  })

  it('knows what room there is', async () => {
    expect(await host.freeDisk('/')).to.be.greaterThan(0)
    expect(host.freeMemory()).to.be.greaterThan(0)
  })
})
