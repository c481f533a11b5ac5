import type {AgentDriver, Clock, Logger, ProcessIdentity, Terminal} from '@orch/plugin-kit'
import {isPastStart} from '../../domain/agent-states.js'
import {unchanged, type Change} from '../../domain/change.js'
import {findAgent, withAgent} from '../../domain/project.js'
import {withUsage} from '../../domain/usage.js'
import type {Store} from '../../domain/ports/store.js'
import type {AgentEvents} from '../agents/agent-events.js'
import type {RunProcesses} from '../agents/run-processes.js'
import type {Recorder} from '../record/recorder.js'
import type {Look} from './screen-watch.js'
import type {Screens} from './screens.js'
import {SteadyDialog} from './steady-dialog.js'
import type {Project} from '../../domain/model/project.js'
import type {Agent} from '../../domain/model/agent.js'
import {agentChange} from '../../domain/agent-change.js'

interface PulseOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly terminal: Pick<Terminal, 'pressKeys'>
  readonly screens: Screens
  readonly drivers: ReadonlyMap<string, AgentDriver>
  readonly watch: Pick<AgentEvents, 'readTranscripts'>
  readonly leftovers: Pick<RunProcesses, 'ofAll'>
  readonly clock: Clock
  readonly logger: Logger
}

/** Milliseconds for which a report may be ahead of what the screen shows. */
const AHEAD_MS = 2_000
/** Milliseconds between two looks at a dialog. */
const STEP_MS = 400
/** A dialog that stands after so many looks is looked at again the next time. */
const MAX_LOOKS = 10

/** The evidence of a turn that began. */
const SUBMITTED = 'UserPromptSubmit'
/** Looks in a row that find a resting screen before it is believed: between two steps of a turn it may rest for a moment. */
const RESTING_LOOKS = 3

/** Makes of looks at agents what no hook tells: what they have used, dialogs that come up or go away, turns a person broke off. */
export class ScreenReactions {
  readonly #options: PulseOptions
  /** By run: looks in a row that found its screen at rest. */
  readonly #atRest = new Map<string, number>()

  constructor(options: PulseOptions) {
    this.#options = options
  }

  /** What is seen in one round of looks. Never rejects. */
  async see(looks: readonly Look[]): Promise<void> {
    for (const project of new Set(looks.map(({project}) => project))) await this.#options.watch.readTranscripts(project)
    const trees = await this.#treesOf(looks)
    await Promise.all(
      looks.map((look) =>
        this.#seeOne(look, trees.get(look.agent.id) ?? null).catch((error: unknown) =>
          this.#options.logger.warn('what an agent shows could not be acted on', {agent: look.agent.id, error}),
        ),
      ),
    )
  }

  /** The processes of agents that are not at work, by agent: what they started then stays for the next turn. */
  async #treesOf(looks: readonly Look[]): Promise<ReadonlyMap<string, readonly ProcessIdentity[]>> {
    const agents = looks
      .map(({project, agent}) => this.#agent(project, agent.id))
      .filter((agent) => agent?.run && agent.state !== 'working')
    const trees = await this.#options.leftovers.ofAll(agents.map((agent) => agent!.run!))
    return new Map(agents.map((agent, index) => [agent!.id, trees[index]!]))
  }

  async #seeOne(look: Look, tree: readonly ProcessIdentity[] | null): Promise<void> {
    await this.#readUsage(look, tree)
    await this.#lookForDialog(look)
  }

  async #readUsage({project: projectId, agent: {id}}: Look, seen: readonly ProcessIdentity[] | null): Promise<void> {
    const agent = this.#agent(projectId, id)
    const driver = agent && this.#options.drivers.get(agent.kind)
    if (!agent?.run || !driver) return
    const reported = (await driver.readUsage?.(agent.directory)) ?? null
    const tree = seen ?? agent.run.tree ?? []
    if ((reported === null || sameUsage(agent, withUsage(agent, reported, 'live'))) && sameTree(agent.run.tree ?? [], tree)) return
    await this.#change(projectId, id, agent.run.id, (project, now) => ({
      project: withAgent(project, {...(reported ? withUsage(now, reported, 'live') : now), run: {...now.run!, tree}}),
      events: [],
    }))
  }

  /** A dialog that came up after the start: those that lead on are answered by the text of their options, the others are a person's. */
  async #lookForDialog({project: projectId, agent: seen, screen: first}: Look): Promise<void> {
    const {terminal, screens, clock} = this.#options
    const dialog = new SteadyDialog(clock)
    for (let looks = 0, screen = first; looks < MAX_LOOKS; looks++) {
      const agent = this.#agent(projectId, seen.id)
      if (!agent?.pane || !agent.run || !isPastStart(agent.state) || screen === 'unreadable') return
      // Something told of it since: that is newer than the look.
      if (looks === 0 && (agent.state !== seen.state || agent.evidence.at !== seen.evidence.at)) return
      if (agent.state === 'working') return this.#lookForRest(projectId, agent, screen.what === 'composer')
      if (screen.what !== 'dialog') return this.#leaveDialog(projectId, agent, screen.what === 'busy')
      if (screen.answer === null) return this.#askPerson(projectId, agent, `${screen.name}: ${screen.text}`)
      const keys = dialog.keysFor(screen)
      if (keys) await terminal.pressKeys(agent.pane, keys)
      await clock.sleep(STEP_MS)
      screen = await screens.read(agent)
    }
  }

  /** A turn that a person broke off before it said anything leaves no trace but the screen (measured on 2.1.197 and 2.1.330). */
  async #lookForRest(projectId: string, agent: Agent, atRest: boolean): Promise<void> {
    const run = agent.run!.id
    // With work behind a turn that ended, the screen rests too; its evidence is another.
    const looks = atRest && agent.evidence.what === SUBMITTED ? (this.#atRest.get(run) ?? 0) + 1 : 0
    if (looks === 0) this.#atRest.delete(run)
    else this.#atRest.set(run, looks)
    if (looks < RESTING_LOOKS) return
    await this.#change(projectId, agent.id, run, (project, now, at) => {
      if (now.state !== 'working' || now.evidence.at !== agent.evidence.at) return unchanged(project)
      return agentChange(project, now.id, 'idle', {source: 'screen', what: 'nothing is under way on its screen', at})
    })
  }

  async #askPerson(projectId: string, agent: Agent, what: string): Promise<void> {
    // A limited agent is looked at again when it is woken; until then a notice of its program may stand in the composer's place.
    if (agent.state === 'needs-input' || agent.state === 'limited') return
    await this.#change(projectId, agent.id, agent.run!.id, (project, now, at) => {
      const waitingFor = {what: 'dialog', until: null, holder: null} as const
      return agentChange(project, now.id, 'needs-input', {source: 'screen', what, at}, {waitingFor})
    })
  }

  /** It waited for an answer, and somebody gave it. */
  async #leaveDialog(projectId: string, agent: Agent, busy: boolean): Promise<void> {
    if (agent.state !== 'needs-input' || agent.waitingFor?.what !== 'dialog') return
    if (this.#options.clock.now() - agent.evidence.at < AHEAD_MS) return
    await this.#change(projectId, agent.id, agent.run!.id, (project, now, at) => {
      if (now.state !== 'needs-input') return unchanged(project)
      return agentChange(project, now.id, busy ? 'working' : 'idle', {source: 'screen', what: 'the dialog is gone', at}, {waitingFor: null})
    })
  }

  async #change(
    projectId: string,
    agentId: string,
    run: string,
    change: (project: Project, agent: Agent, now: number) => Change,
  ): Promise<void> {
    await this.#options.recorder.change(projectId, (project, now) => {
      const agent = findAgent(project, agentId)
      return agent?.run?.id === run && isPastStart(agent.state) ? change(project, agent, now) : unchanged(project)
    })
  }

  #agent(projectId: string, agentId: string): Agent | undefined {
    const project = this.#options.store.project(projectId)
    return project && findAgent(project, agentId)
  }
}

function sameUsage(a: Agent, b: Agent): boolean {
  return JSON.stringify([a.usage, a.costs]) === JSON.stringify([b.usage, b.costs])
}

function sameTree(a: readonly ProcessIdentity[], b: readonly ProcessIdentity[]): boolean {
  return a.length === b.length && a.every(({pid, startedAt}, index) => b[index]!.pid === pid && b[index]!.startedAt === startedAt)
}
