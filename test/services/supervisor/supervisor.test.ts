import {expect} from 'chai'
import {OrchError} from '@orch/plugin-kit'
import type {SpooledReport} from '../../../src/adapters/spool.js'
import {AgentEvents} from '../../../src/services/agents/agent-events.js'
import {identifyCaller} from '../../../src/services/supervisor/identify-caller.js'
import {MessageDelivery} from '../../../src/services/messages/delivery.js'
import {StartsUnderWay} from '../../../src/services/launch/starts-under-way.js'
import {PortGate} from '../../../src/services/oauth/port-gate.js'
import {StartLeases} from '../../../src/services/oauth/start-leases.js'
import {Reconciler} from '../../../src/services/recovery/reconciler.js'
import {MissedWork} from '../../../src/services/supervisor/missed-work.js'
import {OpenMail} from '../../../src/services/supervisor/open-mail.js'
import {periodicWork} from '../../../src/services/supervisor/periodic-work.js'
import {Schedule} from '../../../src/services/supervisor/schedule.js'
import {SpooledReports} from '../../../src/services/supervisor/spooled-reports.js'
import {Supervisor} from '../../../src/services/supervisor/supervisor.js'
import {DeliveryRecovery} from '../../../src/services/messages/recover-deliveries.js'
import {eventually} from '../../contract/eventually.js'
import {aMessage, aProject, aRun, anAgent} from '../../support/builders.js'
import {report} from '../../support/fake-driver.js'
import {aWorld, type World} from '../../support/world.js'

const PID = 1000

describe('Supervisor', () => {
  let world: World
  let supervisor: Supervisor
  let pane: string
  let calls: string[]
  let spooled: SpooledReport[]
  /** At orch's own files. */
  let looks: number
  let settled: (readonly string[])[]
  /** With which a report was given back to the spool. */
  let refused: unknown[]
  /** What the start of a supervisor does that fails in a test. */
  let damaged: Set<string>

  beforeEach(async () => {
    world = aWorld()
    calls = []
    spooled = []
    looks = 0
    settled = []
    refused = []
    damaged = new Set()
    const maybe = async (stage: string) => {
      if (damaged.has(stage)) throw new Error(`${stage}: EISDIR`)
    }
    const command = {argv: ['fake-agent', 'x'], cwd: '/', env: {}}
    const ref = await world.terminal.createSession({name: 'p_1', windowName: 'developer', command})
    pane = ref.pane
    world.terminal.print(pane, '\n>')
    await world.terminal.close()
    world.host.run(PID, {startedAt: '1'})
    const agent = anAgent({pane, window: ref.window, state: 'idle', run: aRun({process: {pid: PID, startedAt: '1'}})})
    await world.store.create(aProject({agents: [agent], messages: [aMessage()]}))
    const watch = new AgentEvents(world)
    const post = new MessageDelivery(world)
    const reconciler = new Reconciler({
      ...world,
      watch,
      restarts: {takeUp: async () => {}},
      removal: {takeUp: async () => {}},
      launching: new StartsUnderWay(),
    })
    const leases = new StartLeases({...world, gate: new PortGate(world)})
    const missed = new MissedWork({...world, reconciler})
    const schedule = new Schedule({...world, leaveCrumb: (_plugin, _what, work) => work(), onFailure: () => missed.note()})
    const reports = new SpooledReports({
      ...world,
      watch,
      spool: {
        drain: async (take) => {
          await maybe('spool')
          for (const each of spooled.splice(0)) await take(each).catch((error: unknown) => refused.push(error))
          return 0
        },
      },
      identify: (claim) => identifyCaller(world.store, claim),
    })
    const offers = new DeliveryRecovery({...world, post})
    const mail = new OpenMail({...world, watch, post, offers, begin: (name, work) => void schedule.guard({name}, work)})
    const nothing = {tick: async () => {}}
    const jobs = periodicWork({
      ...{...world, watch, missed, reports, leases, mail, reconciler},
      ...{limits: nothing, screens: nothing, health: nothing, repositories: nothing},
      ...{requests: nothing, checkIns: nothing, expiry: nothing, heldClaims: nothing, archive: nothing},
      gaps: {tick: () => false},
      bounds: {tick: () => void calls.push('bounds')},
      heap: {trim: () => {}},
      healthMs: 5_000,
    })
    supervisor = new Supervisor({
      ...{...world, watch, post, leases, reconciler, reports, schedule, jobs},
      runner: {drive: (id) => void calls.push(`drive ${id}`), releaseAll: async () => void calls.push('release projects')},
      logKeeper: {mendAll: () => maybe('logs')},
      fallbacks: {takeUpAll: async () => {}, readReceipts: async () => {}},
      rebooted: false,
      commands: {settle: async () => void settled.push([...calls])},
      ownFiles: {tick: async () => void looks++},
      spool: {
        holdRestarts: async () => void calls.push('hold restarts'),
        announceReplacement: async () => void calls.push('announce the next one'),
        allowRestarts: () => maybe('mark'),
      },
      server: {listen: async () => void calls.push('listen'), close: async () => void calls.push('close socket')},
      release: async () => void calls.push('release lock'),
    })
  })

  afterEach(() => supervisor.stop())

  it('listens, and drives every unfinished project once the commands of the last supervisor are over', async () => {
    await supervisor.start()
    expect(settled).to.deep.equal([['listen']])
    expect(calls).to.deep.equal(['listen', 'drive p_1'])
  })

  it('hears reports of the time without a supervisor, but none that is forged', async () => {
    const base = {project: 'p_1', agent: 'a_developer', run: 'r_1', ...report({kind: 'needs-input', what: 'a permission'})}
    spooled.push({...base, token: 'token-1'})
    spooled.push({...base, token: 'forged', ...report({kind: 'limited', what: 'forged', resetsAt: null})})
    await supervisor.start()
    expect(world.agent().state).to.equal('needs-input')
    expect(world.logger.lines.map(({message}) => message)).to.include('a spooled report was refused')
  })

  it('keeps a report that cannot be recorded now: it stays in the spool', async () => {
    const full = new OrchError('ORCH_STORE_WRITE', {path: '/p.json', why: 'ENOSPC'})
    world.store.update = () => Promise.reject(full)
    spooled.push({
      project: 'p_1',
      agent: 'a_developer',
      run: 'r_1',
      token: 'token-1',
      ...report({kind: 'needs-input', what: 'a permission'}),
    })
    await supervisor.start()
    expect(refused).to.deep.equal([full])
  })

  for (const stage of ['spool', 'mark', 'logs']) {
    it(`starts although what it reads first is damaged: ${stage}`, async () => {
      damaged.add(stage)
      await supervisor.start()
      expect(calls).to.deep.equal(['listen', 'drive p_1'])
    })
  }

  it('looks after its own files from the first moment on, every two seconds', async () => {
    await supervisor.start()
    const first = looks
    expect(first).to.be.greaterThan(0)
    await world.clock.advance(6_000)
    expect(looks - first).to.equal(3)
    await supervisor.stop()
    await world.clock.advance(6_000)
    expect(looks - first).to.equal(3)
  })

  it('delivers what was accepted before it started', async () => {
    await supervisor.start()
    await world.clock.advance(5_000)
    expect(world.terminal.sent(pane).filter(({kind}) => kind === 'paste')).to.have.length(1)
  })

  it('records the end of a process as soon as the terminal tells of it', async () => {
    await supervisor.start()
    world.terminal.end(pane, {code: 3})
    await eventually(() => expect(world.agent()).to.include({state: 'exited', exitCode: 3}))
  })

  it('records what died while no supervisor ran', async () => {
    world.terminal.end(pane, {code: 4})
    await supervisor.start()
    expect(world.agent()).to.include({state: 'exited', exitCode: 4})
  })

  it('records the loss of the whole terminal', async () => {
    await supervisor.start()
    world.terminal.dropServer()
    await eventually(() => expect(world.agent().state).to.equal('lost'))
  })

  it('drives a project that is admitted while it runs', async () => {
    await supervisor.start()
    await world.recorder.create(aProject({id: 'p_2', state: 'queued'}))
    expect(calls).to.include('drive p_2')
  })

  it('stays away when a person stopped it', async () => {
    await supervisor.start()
    await supervisor.stopForGood()
    expect(calls.slice(2, 4)).to.deep.equal(['hold restarts', 'close socket'])
  })

  it('announces the next one when a command replaces it', async () => {
    await supervisor.start()
    await supervisor.retire()
    expect(calls.slice(2, 4)).to.deep.equal(['announce the next one', 'close socket'])
  })

  it('stops once: socket first, lock last, and its agents live on', async () => {
    await supervisor.start()
    await Promise.all([supervisor.stop(), supervisor.stop()])
    await supervisor.stopped
    expect(calls.slice(2)).to.deep.equal(['close socket', 'release projects', 'release lock'])
    expect((await world.terminal.panes())[0]).to.include({dead: false})
    expect(world.host.signals).to.deep.equal([])
  })
})
