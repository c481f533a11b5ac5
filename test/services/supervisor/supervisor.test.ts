import {expect} from 'chai'
import {OrchError} from '@orch/plugin-kit'
import type {SpooledReport} from '../../../src/domain/spooled-report.js'
import {AgentEvents} from '../../../src/services/agents/agent-events.js'
import {HookReports} from '../../../src/services/agents/hook-reports.js'
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
  let spooled: Map<string, SpooledReport>
  /** At orch's own files. */
  let looks: number
  let settled: (readonly string[])[]
  /** Tells the supervisor that a report came. */
  let tell: () => void
  /** What the start of a supervisor does that fails in a test. */
  let damaged: Set<string>

  const spool = (entry: SpooledReport) => void spooled.set(`${spooled.size}.report`, entry)

  beforeEach(async () => {
    world = aWorld()
    calls = []
    spooled = new Map()
    looks = 0
    settled = []
    tell = () => {}
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
    const reports = new HookReports({
      ...world,
      watch,
      spool: {
        list: async () => {
          await maybe('spool')
          return [...spooled.keys()]
        },
        read: async (name) => ({report: spooled.get(name)!, chars: 1}),
        remove: async (name) => void spooled.delete(name),
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
        watch: (onReport) => void (tell = onReport),
        close: () => void calls.push('watch no more'),
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
    spool({...base, token: 'token-1'})
    spool({...base, token: 'forged', ...report({kind: 'limited', what: 'forged', resetsAt: null})})
    await supervisor.start()
    expect(world.agent().state).to.equal('needs-input')
    expect(world.logger.lines.map(({message}) => message)).to.include('a spooled report was refused')
  })

  it('keeps a report that cannot be recorded now: it stays in the spool', async () => {
    const full = new OrchError('ORCH_STORE_WRITE', {path: '/p.json', why: 'ENOSPC'})
    world.store.update = () => Promise.reject(full)
    spool({
      project: 'p_1',
      agent: 'a_developer',
      run: 'r_1',
      token: 'token-1',
      ...report({kind: 'needs-input', what: 'a permission'}),
    })
    await supervisor.start()
    expect(spooled.size).to.equal(1)
  })

  const needsInput = () => {
    const of = {project: 'p_1', agent: 'a_developer', run: 'r_1', token: 'token-1'}
    spool({...of, ...report({kind: 'needs-input', what: 'a permission'})})
  }
  const statesOfAgent = () => world.log.events.filter(({type}) => type === 'agent.state').map(({data}) => data['to'])

  it('records a report as soon as the spool tells of it', async () => {
    await supervisor.start()
    needsInput()
    tell()
    await eventually(() => expect(world.agent().state).to.equal('needs-input'))
    expect(spooled.size).to.equal(0)
  })

  it('records a report within a second that the spool did not tell of', async () => {
    await supervisor.start()
    needsInput()
    await world.clock.advance(1_000)
    expect(world.agent().state).to.equal('needs-input')
  })

  it('records what a process reported before it records its end', async () => {
    await supervisor.start()
    needsInput()
    world.terminal.end(pane, {code: 3})
    await eventually(() => expect(world.agent().state).to.equal('exited'))
    expect(statesOfAgent()).to.deep.equal(['needs-input', 'exited'])
  })

  it('records what its agents reported before it records the loss of the whole terminal', async () => {
    await supervisor.start()
    needsInput()
    world.terminal.dropServer()
    await eventually(() => expect(world.agent().state).to.equal('lost'))
    expect(statesOfAgent()).to.deep.equal(['needs-input', 'lost'])
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
    expect(calls.slice(2, 5)).to.deep.equal(['hold restarts', 'watch no more', 'close socket'])
  })

  it('announces the next one when a command replaces it', async () => {
    await supervisor.start()
    await supervisor.retire()
    expect(calls.slice(2, 5)).to.deep.equal(['announce the next one', 'watch no more', 'close socket'])
  })

  it('stops once: socket first, lock last, and its agents live on', async () => {
    await supervisor.start()
    await Promise.all([supervisor.stop(), supervisor.stop()])
    await supervisor.stopped
    expect(calls.slice(2)).to.deep.equal(['watch no more', 'close socket', 'release projects', 'release lock'])
    expect((await world.terminal.panes())[0]).to.include({dead: false})
    expect(world.host.signals).to.deep.equal([])
  })
})
