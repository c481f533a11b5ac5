import type {Clock, Logger} from '@orch/plugin-kit'
import {isAtRest, isPastStart} from '../../domain/agent-states.js'
import type {Store} from '../../domain/ports/store.js'
import type {Screen, Screens} from './screens.js'
import type {Project} from '../../domain/model/project.js'
import type {Agent} from '../../domain/model/agent.js'

/** One look at one agent. */
export interface Look {
  readonly project: string
  /** As its record was when it was looked at. */
  readonly agent: Agent
  readonly screen: Screen
}

interface ScreenWatchOptions {
  readonly store: Store
  readonly screens: Screens
  /** Is shown every look of a round at once. */
  readonly viewer: {see(looks: readonly Look[]): Promise<void>}
  readonly clock: Clock
  readonly logger: Logger
}

/** Milliseconds between two looks at an agent that is not at rest. */
const EVERY_MS = 5_000
/** Milliseconds after the end of a turn at which what it used stands in the status line (0.3 s, measured on 2.1.330). */
const SETTLED_MS = 2_000
const NOBODY: ReadonlySet<string> = new Set()
const NOTHING: ReadonlyMap<string, Screen> = new Map()

/** Looks at the screens of agents when it is time, each once for all who want to know. An agent at rest is looked at once. */
export class ScreenSchedule {
  readonly #options: ScreenWatchOptions
  /** By run: when it was looked at, on the monotonic clock, and the evidence of its rest that was seen. */
  #seen = new Map<string, {readonly at: number; readonly rest: number | null}>()
  #last: Promise<unknown> = Promise.resolve()
  #underWay = 0

  constructor(options: ScreenWatchOptions) {
    this.#options = options
  }

  /** Looks at the agents whose time has come. To be called every second or so; does nothing while a round is under way. */
  async tick(): Promise<void> {
    if (this.#underWay === 0) await this.look(NOBODY)
  }

  /**
   * Rounds follow each other.
   * @param also ids of agents to look at now, whose time has not come
   * @returns what these show
   */
  look(also: ReadonlySet<string>): Promise<ReadonlyMap<string, Screen>> {
    this.#underWay += 1
    const round = this.#last.then(() => this.#look(also)).finally(() => (this.#underWay -= 1))
    this.#last = round.catch(() => undefined)
    return round
  }

  async #look(also: ReadonlySet<string>): Promise<ReadonlyMap<string, Screen>> {
    const {store, screens, viewer, logger} = this.#options
    const due = store.projects().flatMap((project) => this.#dueOf(project, also))
    this.#forgetEnded()
    if (due.length === 0) return NOTHING
    const looks = await Promise.all(due.map(async ({project, agent}) => ({project, agent, screen: await screens.read(agent)})))
    await viewer.see(looks).catch((error: unknown) => logger.error('what screens show could not be acted on', {error}))
    return new Map(looks.filter(({agent}) => also.has(agent.id)).map(({agent, screen}) => [agent.id, screen]))
  }

  #dueOf(project: Project, also: ReadonlySet<string>): {project: string; agent: Agent}[] {
    const heldUp = new Set(
      project.messages.filter(({state, blockedBy}) => state === 'accepted' && blockedBy === 'dialog').map(({to}) => to),
    )
    return project.agents
      .filter((agent) => this.#isDue(agent, heldUp.has(agent.id)) || (also.has(agent.id) && isPastStart(agent.state)))
      .map((agent) => {
        const rest = isAtRest(agent.state) ? agent.evidence.at : null
        if (agent.run) this.#seen.set(agent.run.id, {at: this.#options.clock.monotonic(), rest})
        return {project: project.id, agent}
      })
  }

  #isDue({state, evidence, run}: Agent, heldUp: boolean): boolean {
    const {clock} = this.#options
    if (!run || !isPastStart(state)) return false
    const seen = this.#seen.get(run.id)
    // Once after it came to rest.
    if (isAtRest(state) && !heldUp) return seen?.rest !== evidence.at && clock.now() - evidence.at >= SETTLED_MS
    return seen === undefined || clock.monotonic() - seen.at >= EVERY_MS
  }

  #forgetEnded(): void {
    const agents = this.#options.store.projects().flatMap((project) => project.agents)
    if (this.#seen.size <= agents.length) return
    const runs = new Set(agents.map(({run}) => run?.id))
    this.#seen = new Map([...this.#seen].filter(([run]) => runs.has(run)))
  }
}
