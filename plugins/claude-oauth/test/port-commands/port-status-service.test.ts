import {expect} from 'chai'
import {hasCode, type Caller, type PortHolder} from '@orch/plugin-kit'
import {FakeClock, MemoryLogger} from '@orch/plugin-kit/testing'
import {PortStatusService} from '../../src/port-commands/port-status-service.js'
import {FileLedger} from '../../src/ledger/file-ledger.js'
import type {LedgerDocument, LedgerStorage} from '../../src/ledger/ledger-document.js'
import {PortGate} from '../../src/port/port-gate.js'
import {settingsOf} from '../../src/settings.js'
import {portLines} from '../../src/view.js'
import {FakeHost} from '../support/fake-host.js'
import type {PortStatus} from '../../src/port-commands/port-status.js'

const HOLDER: PortHolder = {pid: 7, command: 'npm run dev', cwd: '/srv/app'}
const PERSON: Caller = {agent: null}
const AGENT: Caller = {agent: {project: 'p_1', agent: 'a_1', role: 'developer'}}

describe('PortStatusService', () => {
  let clock: FakeClock
  let host: FakeHost
  let ledger: FileLedger
  let gate: PortGate
  let desk: PortStatusService
  let busy: number[]
  let looks: number
  let config: Record<string, unknown>

  beforeEach(() => {
    clock = new FakeClock()
    host = new FakeHost(clock, {pid: 100, startedAt: '1'})
    let document: LedgerDocument = {schema: 1, ports: {}}
    const storage: LedgerStorage = {
      read: async () => document,
      exclusively: (work) => work(),
      write: async (changed) => void (document = changed),
    }
    ledger = new FileLedger({path: '/ledger', home: '/state', host, clock, storage})
    busy = []
    looks = 0
    config = {}
    const observer = {
      listeners: async (port: number) => {
        looks++
        return busy.includes(port) ? [{address: '127.0.0.1', inode: '1', pid: null}] : []
      },
    }
    const holders = {find: async () => HOLDER}
    gate = new PortGate({clock, logger: new MemoryLogger(), ledger, observer, holders})
    desk = new PortStatusService({clock, gate, ledger, observer, holders, settings: () => settingsOf(config)})
  })

  /** An agent asks for its port, and is told to wait. */
  const ask = async (changes: {project?: string; agent?: string; role?: string; run?: string; port?: number} = {}) => {
    const {port = 3000, project = 'p_1', agent = 'a_1', role = 'developer', run = 'r_1'} = changes
    const times = {askedAt: 1, waitedMs: 0, now: clock.now()}
    return gate.awaitPort({
      port,
      project,
      agent,
      role,
      run,
      reason: 'start',
      history: await ledger.history(port),
      settings: config,
      ...times,
    })
  }
  /** Lets time pass while something is under way. */
  async function during<T>(work: Promise<T>, ms = 1_000): Promise<T> {
    await clock.advance(ms)
    return work
  }
  const status = async (named: number[] = [], own: number | null = null) => during(desk.status(named, own))

  describe('status', () => {
    it('shows a free port as a start would find it: after as many looks', async () => {
      const [port] = await status()
      expect(port).to.deep.equal({
        port: 3000,
        free: true,
        holder: null,
        leasedTo: null,
        earliestStartAt: null,
        waiting: [],
        recommendations: [],
      } satisfies PortStatus)
      expect(looks).to.equal(2)
    })

    it('is about the ports that are named, else the caller’s own, else the pool, and those somebody waits on', async () => {
      const ports = async (...request: Parameters<typeof status>) => (await status(...request)).map(({port}) => port)
      expect(await ports([4001, 4000])).to.deep.equal([4001, 4000])
      expect(await ports([], 4002)).to.deep.equal([4002])
      config = {port: 3005}
      expect(await ports()).to.deep.equal([3005])
      config = {port: 3005, ports: [3002, 3001]}
      expect(await ports()).to.deep.equal([3001, 3002])
      busy = [3009]
      await ask({port: 3009})
      expect(await ports()).to.deep.equal([3001, 3002, 3009])
    })

    it('names who holds a port, who waits for it, and what a person may do', async () => {
      busy = [3000]
      await ask()
      const [port] = await status()
      expect(port).to.deep.include({free: false, holder: HOLDER})
      expect(port!.waiting[0]).to.include({project: 'p_1', agent: 'a_1', role: 'developer'})
      expect(port!.recommendations[0]).to.include('npm run dev').and.include('pid 7')
      expect(port!.recommendations.join('\n')).to.include('CLAUDE_OAUTH_PORT').and.include('orch port override p_1:developer')
    })

    it('names the start that another waits for by its role, and offers only the one that waits for the port', async () => {
      busy = [3000]
      await ledger.takeLease(3000, {run: 'r_1', agent: 'a_1'})
      await ask()
      await ask({agent: 'a_2', role: 'tester', run: 'r_2'})
      const [port] = await status()
      expect(port!.waiting.map(({role, why}) => `${role}: ${why}`)).to.deep.equal([
        'developer: port 3000 is in use',
        'tester: developer is starting on port 3000',
      ])
      expect(port!.recommendations.filter((line) => line.includes('override'))).to.deep.equal([
        'or start without it: orch port override p_1:developer',
      ])
    })

    it('shows the floor after a kill until it is over', async () => {
      const killedAt = clock.now()
      await ledger.recordKill(3000)
      const [port] = await status()
      expect(port).to.include({free: true, earliestStartAt: killedAt + 30_000})
      expect(port!.recommendations.join()).to.include('nothing shortens it')
      await clock.advance(30_000)
      expect((await status())[0]).to.include({earliestStartAt: null})
    })

    it('names a start that has the port by its role, as a person does', async () => {
      busy = [3000]
      await ask({run: 'r_9', agent: 'a_9', role: 'orchestrator'})
      await ledger.takeLease(3000, {run: 'r_9', agent: 'a_9'})
      const [port] = await status()
      expect(port!.leasedTo).to.include({agent: 'a_9', role: 'orchestrator'})
      expect(portLines(port!, clock.now())[0]).to.include('orchestrator is starting on it').and.not.include('a_9')
    })

    it('says whose start has the port, and whether its supervisor still runs', async () => {
      const takenAt = clock.now()
      await ledger.takeLease(3000, {run: 'r_9', agent: 'a_9'})
      const [port] = await status()
      expect(port!.leasedTo).to.deep.equal({agent: 'a_9', role: null, run: 'r_9', since: takenAt, supervisorRuns: true})
      expect(port!.recommendations).to.deep.equal([])
      host.dead.add(100)
      await ask()
      const [orphaned] = await status()
      expect(orphaned!.leasedTo).to.include({supervisorRuns: false})
      expect(orphaned!.recommendations.join('\n')).to.include('a_9').and.include('orch port override p_1:developer')
    })
  })

  describe('wait', () => {
    const lines = async (timeoutMs: number, act: () => Promise<void>) => {
      const said: (PortStatus & {done: boolean; waitedMs: number})[] = []
      const waiting = (async () => {
        for await (const line of desk.wait(3000, timeoutMs, new AbortController().signal)) said.push(line)
      })()
      await act()
      await waiting
      return said
    }

    it('is over at once on a free port', async () => {
      const said = await lines(60_000, () => clock.advance(1_000))
      expect(said.map(({done, waitedMs}) => ({done, waitedMs}))).to.deep.equal([{done: true, waitedMs: 200}])
    })

    it('tells how the port stands every eight seconds, and ends when it comes free', async () => {
      busy = [3000]
      const said = await lines(60_000, async () => {
        await clock.advance(17_000)
        busy = []
        await clock.advance(2_000)
      })
      expect(said.map(({done}) => done)).to.deep.equal([false, false, false, true])
      expect(said.at(-1)!.waitedMs).to.be.within(17_000, 18_000)
    })

    it('waits for the end of a floor and of another start, though the port is free', async () => {
      await ledger.recordKill(3000)
      await ledger.takeLease(3000, {run: 'r_9', agent: 'a_9'})
      const said = await lines(60_000, async () => {
        await clock.advance(40_000)
        await ledger.releaseLease(3000, 'r_9')
        await clock.advance(1_000)
      })
      expect(said.at(-1)).to.include({done: true, free: true})
      expect(said.at(-1)!.waitedMs).to.be.within(40_000, 41_000)
    })

    it('ends when its time is up, and says how it stands then', async () => {
      busy = [3000]
      const said = await lines(5_000, () => clock.advance(10_000))
      expect(said.at(-1)).to.include({done: false, free: false, waitedMs: 5_000})
    })

    it('ends when the caller goes away', async () => {
      busy = [3000]
      const abort = new AbortController()
      const waiting = desk.wait(3000, 60_000, abort.signal)
      await during(waiting.next())
      const next = waiting.next()
      abort.abort()
      expect(await next).to.deep.equal({done: true, value: undefined})
    })
  })

  describe('override', () => {
    const refusedWith = async (name: string, caller: Caller = PERSON): Promise<unknown> => {
      try {
        await desk.override(name, caller)
      } catch (error) {
        return ['ORCH_UNAUTHORISED', 'ORCH_NOT_FOUND', 'ORCH_AMBIGUOUS'].find((code) => hasCode(error, code as 'ORCH_NOT_FOUND'))
      }
      return null
    }
    const isOverridden = async () => {
      const answer = await ask()
      return answer !== 'clear' && answer.overridden === true
    }

    it('lets the start that is named go on without its port', async () => {
      for (const name of ['a_1', 'developer', 'p_1:developer', '1:developer', 'Developer']) {
        busy = [3000]
        await ask()
        expect(await desk.override(name, PERSON), name).to.deep.equal({agent: 'a_1', role: 'developer', port: 3000, leaseTaken: false})
        expect(await isOverridden(), name).to.equal(true)
      }
    })

    it('is for a person alone, and for one start that waits', async () => {
      expect(await refusedWith('developer')).to.equal('ORCH_NOT_FOUND')
      busy = [3000]
      await ask()
      expect(await refusedWith('developer', AGENT)).to.equal('ORCH_UNAUTHORISED')
      expect(await refusedWith('tester')).to.equal('ORCH_NOT_FOUND')
      await ask({project: 'p_2', agent: 'a_2', run: 'r_2'})
      expect(await refusedWith('developer')).to.equal('ORCH_AMBIGUOUS')
      expect(await isOverridden()).to.equal(false)
      expect(await desk.override('p_2:developer', PERSON)).to.include({agent: 'a_2'})
      expect(await isOverridden()).to.equal(false)
    })

    it('takes the lease of a start whose supervisor has ended, and of no other', async () => {
      await ledger.takeLease(3000, {run: 'r_9', agent: 'a_9'})
      await ask()
      expect(await desk.override('developer', PERSON)).to.include({leaseTaken: false})
      expect((await ledger.history(3000)).lease).to.include({run: 'r_9'})
      host.dead.add(100)
      expect(await desk.override('developer', PERSON)).to.include({leaseTaken: true})
      expect((await ledger.history(3000)).lease).to.equal(null)
    })
  })
})
