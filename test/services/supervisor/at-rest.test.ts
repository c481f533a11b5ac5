import {expect} from 'chai'
import {AgentEvents} from '../../../src/services/agents/agent-events.js'
import {Restarts} from '../../../src/services/agents/restarts.js'
import {CheckIns} from '../../../src/services/check-ins/check-ins.js'
import {createHealth} from '../../../src/services/health/index.js'
import {StartsUnderWay} from '../../../src/services/launch/starts-under-way.js'
import {MessageDelivery} from '../../../src/services/messages/delivery.js'
import {MessageExpiry} from '../../../src/services/messages/expiry.js'
import {DeliveryRecovery} from '../../../src/services/messages/recover-deliveries.js'
import {PortGate} from '../../../src/services/oauth/port-gate.js'
import {StartLeases} from '../../../src/services/oauth/start-leases.js'
import {Reconciler} from '../../../src/services/recovery/reconciler.js'
import {Attribution} from '../../../src/services/repository-watch/attribution.js'
import {RepositoryWatch} from '../../../src/services/repository-watch/repository-watch.js'
import {ScreenSchedule} from '../../../src/services/screens/screen-watch.js'
import {Screens} from '../../../src/services/screens/screens.js'
import {OpenMail} from '../../../src/services/supervisor/open-mail.js'
import {periodicWork} from '../../../src/services/supervisor/periodic-work.js'
import {Schedule} from '../../../src/services/supervisor/schedule.js'
import {aProject, aRun, anAgent} from '../../support/builders.js'
import {aWorld} from '../../support/world.js'
import type {Agent} from '../../../src/domain/model/agent.js'

const AGENTS = 100
const MINUTE_MS = 60_000

describe('a team at rest', () => {
  it('costs few looks a minute, however many agents it has, and no command of git', async () => {
    const world = aWorld()
    await world.store.create(aProject({agents: await idleAgents(world)}))
    const counts = new Map<string, number>()
    const failures: string[] = []
    const stop = new AbortController()
    const schedule = new Schedule({
      ...world,
      leaveCrumb: (_plugin, _what, work) => work(),
      onFailure: ({name}, error) => failures.push(`${name}: ${String(error)}`),
    })
    schedule.add(...jobsOf(counted(world, counts), schedule))
    void schedule.run(stop.signal)
    // The first looks after a start: screens of all, check-ins, the baseline of the repository.
    await world.clock.advance(2 * MINUTE_MS)
    counts.clear()
    await world.clock.advance(MINUTE_MS)
    stop.abort()
    expect(failures).to.deep.equal([])
    expect(Object.fromEntries(counts)).to.deep.equal({
      // Each agent's process, by the file of it in /proc, at each comparison of records and facts.
      'host.identify': 12 * AGENTS,
      // One pass over all processes answers for all agents.
      'host.census': 2,
      // One listing answers for all agents.
      'terminal.panes': 12,
      // The files of git, not git.
      'workspace.repositoryStamp': 12,
      // The worktrees.
      'files.isFolder': 2 * AGENTS,
    })
  })
})

type World = ReturnType<typeof aWorld>

/** Each in a pane of its own, with a process; they owe nothing, so that nothing reminds them. */
async function idleAgents(world: World): Promise<Agent[]> {
  const agents: Agent[] = []
  let session: string | null = null
  for (let index = 0; index < AGENTS; index++) {
    const role = `developer${index}`
    const command = {argv: ['fake-agent', 'x'], cwd: '/', env: {}}
    const ref: Awaited<ReturnType<World['terminal']['createSession']>> =
      session === null
        ? await world.terminal.createSession({name: 'p_1', windowName: role, command})
        : await world.terminal.createWindow({session, windowName: role, command})
    session = ref.session
    world.terminal.print(ref.pane, '\n>')
    const {pid} = (await world.terminal.panes()).find(({pane}) => pane === ref.pane)!
    world.host.run(pid, {startedAt: '1'})
    const run = aRun({id: `r_${index}`, process: {pid, startedAt: '1'}})
    const agent = anAgent({role, owes: 'nothing', state: 'idle', pane: ref.pane, window: ref.window, run})
    await world.files.makeFolder(agent.worktree)
    agents.push(agent)
  }
  return agents
}

/** What a supervisor has recur; of what looks at records alone, what does most. */
function jobsOf(world: World, schedule: Schedule) {
  const watch = new AgentEvents(world)
  const post = new MessageDelivery(world)
  const offers = new DeliveryRecovery({...world, post})
  const terminator = {stop: () => Promise.reject(new Error('nothing is to be stopped'))}
  const briefings = {write: () => Promise.reject(new Error('nothing is to be written'))}
  const restarts = new Restarts({...world, terminator})
  const screens = new ScreenSchedule({...world, screens: new Screens(world), viewer: {see: async () => {}}})
  const nothing = {tick: async () => {}}
  return periodicWork({
    ...{...world, watch, screens},
    ...createHealth({...world, screens, watch, briefings, restarts}),
    mail: new OpenMail({...world, watch, post, offers, begin: (name, work) => void schedule.guard({name}, work)}),
    leases: new StartLeases({...world, gate: new PortGate(world)}),
    reconciler: new Reconciler({...world, watch, restarts, removal: {takeUp: async () => {}}, launching: new StartsUnderWay()}),
    repositories: new RepositoryWatch({...world, attribution: new Attribution(world.host)}),
    checkIns: new CheckIns({...world, look: (id) => watch.readTranscripts(id), question: async () => 'How is it?'}),
    expiry: new MessageExpiry(world),
    ...{missed: {...nothing, note: () => {}}, reports: nothing, bounds: nothing},
    ...{requests: nothing, heldClaims: nothing, archive: nothing},
    gaps: {tick: () => false},
    heap: {trim: () => {}},
    healthMs: 5_000,
  })
}

/** The same world, in which each call of a port that costs something is counted. */
function counted(world: World, counts: Map<string, number>): World {
  const of = <T extends object>(name: string, port: T): T =>
    new Proxy(port, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key, target)
        if (typeof value !== 'function') return value
        return (...args: unknown[]): unknown => {
          const call = `${name}.${String(key)}`
          counts.set(call, (counts.get(call) ?? 0) + 1)
          return Reflect.apply(value, target, args)
        }
      },
    })
  const {terminal, host, files, workspace, recorder} = world
  return {
    ...world,
    terminal: of('terminal', terminal),
    host: of('host', host),
    files: of('files', files),
    workspace: of('workspace', workspace),
    recorder: of('recorder', recorder),
  }
}
