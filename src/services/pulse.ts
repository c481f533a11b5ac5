import type {AgentDriver, AgentUsage, Clock, Logger, ProcessIdentity, Terminal} from '@orch/plugin-kit'
import {isPastStart} from '../domain/agent-states.js'
import {moveAgent, type Agent} from '../domain/agent.js'
import {unchanged, type Change} from '../domain/change.js'
import {findAgent, withAgent, type Project} from '../domain/project.js'
import type {Store} from '../domain/store.js'
import type {AgentWatch} from './agent-watch.js'
import type {Leftovers} from './leftovers.js'
import type {Recorder} from './recorder.js'

interface PulseOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly terminal: Terminal
  readonly drivers: ReadonlyMap<string, AgentDriver>
  readonly watch: AgentWatch
  readonly leftovers: Leftovers
  readonly clock: Clock
  readonly logger: Logger
}

/** Milliseconds between two looks at an agent. */
const EVERY_MS = 5_000
/** Milliseconds after the end of a turn at which what it used stands in the status line (0.3 s, measured on 2.1.330). */
const SETTLED_MS = 2_000
/** Milliseconds between a key and the next look at the screen. */
const STEP_MS = 400
/** A dialog that stands after so many keys does not take them. */
const MAX_STEPS = 4

/** The evidence of a turn that began. */
const SUBMITTED = 'UserPromptSubmit'
/** Looks in a row that find a resting screen before it is believed: between two steps of a turn it may rest for a moment. */
const RESTING_LOOKS = 3

/** Looks at what no hook tells: what agents have used, dialogs that come up or go away, turns a person broke off. Idle agents cost nothing. */
export class Pulse {
  readonly #options: PulseOptions
  readonly #looked = new Map<string, number>()
  readonly #settled = new Map<string, number>()
  readonly #atRest = new Map<string, number>()

  constructor(options: PulseOptions) {
    this.#options = options
  }

  /** To be called every second or so. */
  async look(): Promise<void> {
    for (const project of this.#options.store.projects()) {
      const due = project.agents.filter((agent) => this.#isDue(agent, isHeldUp(project, agent)))
      if (due.length === 0) continue
      await this.#options.watch.readTranscripts(project.id)
      for (const agent of due) await this.#lookAt(project.id, agent.id)
    }
  }

  #isDue({state, evidence, run}: Agent, heldUp: boolean): boolean {
    const {clock} = this.#options
    if (!run || !isPastStart(state)) return false
    if ((state === 'idle' || state === 'ready') && !heldUp) {
      // Once after it came to rest.
      if (this.#settled.get(run.id) === evidence.at || clock.now() - evidence.at < SETTLED_MS) return false
      this.#settled.set(run.id, evidence.at)
      return true
    }
    const last = this.#looked.get(run.id)
    if (last !== undefined && clock.monotonic() - last < EVERY_MS) return false
    this.#looked.set(run.id, clock.monotonic())
    return true
  }

  async #lookAt(projectId: string, agentId: string): Promise<void> {
    try {
      await this.#readUsage(projectId, agentId)
      await this.#lookForDialog(projectId, agentId)
    } catch (error) {
      this.#options.logger.warn('an agent cannot be looked at', {agent: agentId, error})
    }
  }

  async #readUsage(projectId: string, agentId: string): Promise<void> {
    const agent = this.#agent(projectId, agentId)
    const driver = agent && this.#options.drivers.get(agent.kind)
    if (!agent?.run || !driver) return
    const usage = (await driver.readUsage?.(agent.directory)) ?? null
    const tree = agent.state === 'working' ? (agent.run.tree ?? []) : await this.#options.leftovers.of(agent.run)
    if (sameUsage(agent.usage ?? null, usage) && sameTree(agent.run.tree ?? [], tree)) return
    await this.#change(projectId, agentId, agent.run.id, (project, now) => ({
      project: withAgent(project, {...now, ...(usage ? {usage} : {}), run: {...now.run!, tree}}),
      events: [],
    }))
  }

  /** A dialog that came up after the start: those that lead on are answered by the text of their options, the others are a person's. */
  async #lookForDialog(projectId: string, agentId: string): Promise<void> {
    const {terminal, drivers, clock} = this.#options
    for (let step = 0; step < MAX_STEPS; step++) {
      const agent = this.#agent(projectId, agentId)
      if (!agent?.pane || !agent.run || !isPastStart(agent.state)) return
      const screen = drivers.get(agent.kind)?.readScreen(await terminal.capture(agent.pane))
      if (agent.state === 'working') return this.#lookForRest(projectId, agent, screen?.what === 'composer')
      if (screen?.what !== 'dialog') return this.#leaveDialog(projectId, agent, screen?.what === 'busy')
      if (screen.answer === null) return this.#askPerson(projectId, agent, `${screen.name}: ${screen.text}`)
      await terminal.pressKeys(agent.pane, screen.answer)
      await clock.sleep(STEP_MS)
    }
  }

  /** A turn that a person broke off before it said anything leaves no trace but the screen (measured on 2.1.197 and 2.1.330). */
  async #lookForRest(projectId: string, agent: Agent, atRest: boolean): Promise<void> {
    const run = agent.run!.id
    // With work behind a turn that ended, the screen rests too; its evidence is another.
    const looks = atRest && agent.evidence.what === SUBMITTED ? (this.#atRest.get(run) ?? 0) + 1 : 0
    this.#atRest.set(run, looks)
    if (looks < RESTING_LOOKS) return
    await this.#change(projectId, agent.id, run, (project, now, at) => {
      if (now.state !== 'working' || now.evidence.at !== agent.evidence.at) return unchanged(project)
      const moved = moveAgent(now, 'idle', {source: 'screen', what: 'nothing is under way on its screen', at})
      return {project: withAgent(project, moved.agent), events: moved.events}
    })
  }

  async #askPerson(projectId: string, agent: Agent, what: string): Promise<void> {
    // A limited agent is looked at again when it is woken; until then a notice of its program may stand in the composer's place.
    if (agent.state === 'needs-input' || agent.state === 'limited') return
    await this.#change(projectId, agent.id, agent.run!.id, (project, now, at) => {
      const waitingFor = {what: 'dialog', until: null, holder: null} as const
      const moved = moveAgent(now, 'needs-input', {source: 'screen', what, at}, {waitingFor})
      return {project: withAgent(project, moved.agent), events: moved.events}
    })
  }

  /** It waited for an answer, and somebody gave it. */
  async #leaveDialog(projectId: string, agent: Agent, busy: boolean): Promise<void> {
    if (agent.state !== 'needs-input' || agent.waitingFor?.what !== 'dialog') return
    // A report may be ahead of what the screen shows.
    if (this.#options.clock.now() - agent.evidence.at < SETTLED_MS) return
    await this.#change(projectId, agent.id, agent.run!.id, (project, now, at) => {
      if (now.state !== 'needs-input') return unchanged(project)
      const moved = moveAgent(now, busy ? 'working' : 'idle', {source: 'screen', what: 'the dialog is gone', at}, {waitingFor: null})
      return {project: withAgent(project, moved.agent), events: moved.events}
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

function isHeldUp({messages}: Project, {id}: Agent): boolean {
  return messages.some(({to, heldBy, state}) => to === id && state === 'accepted' && heldBy === 'dialog')
}

function sameUsage(a: AgentUsage | null, b: AgentUsage | null): boolean {
  return b === null || JSON.stringify(a) === JSON.stringify(b)
}

function sameTree(a: readonly ProcessIdentity[], b: readonly ProcessIdentity[]): boolean {
  return a.length === b.length && a.every(({pid, startedAt}, index) => b[index]!.pid === pid && b[index]!.startedAt === startedAt)
}
