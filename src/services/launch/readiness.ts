import {OrchError, messageOf, type AgentDriver, type Clock, type ScreenReading, type Terminal} from '@orch/plugin-kit'
import {isAlive, isPastStart} from '../../domain/agent-states.js'
import {unchanged} from '../../domain/change.js'
import {findAgent} from '../../domain/project.js'
import type {Store} from '../../domain/ports/store.js'
import type {ChangeFeed} from '../record/change-feed.js'
import type {Recorder} from '../record/recorder.js'
import {SteadyDialog} from '../screens/steady-dialog.js'
import type {Project} from '../../domain/model/project.js'
import type {Agent} from '../../domain/model/agent.js'
import {agentChange} from '../../domain/agent-change.js'

/** Milliseconds between looks at the screen of an agent that is starting: no event tells of a dialog. */
const LOOK_MS = 400
/** Milliseconds a composer must have been open to count as ready without a report: that may be lost with its process, or with a full disk. */
const OPEN_MS = 10_000
/** A dialog that stands after so many answers does not take them. */
const MAX_ANSWERS = 12

interface ReadinessOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly feed: ChangeFeed
  readonly terminal: Terminal
  readonly clock: Clock
}

/** Waits for an agent to get ready, and leads it past the dialogs its driver knows. */
export class Readiness {
  readonly #options: ReadinessOptions

  constructor(options: ReadinessOptions) {
    this.#options = options
  }

  /**
   * Resolves when the agent is ready, or waits for a person at a dialog nobody may answer for them.
   * @param timeoutMs milliseconds from now
   * @throws ORCH_AGENT_START with its screen when it ended, or nothing was heard from it in time; what the terminal or the store throws when it cannot be led
   */
  async until(projectId: string, agentId: string, driver: AgentDriver, timeoutMs: number, signal: AbortSignal): Promise<void> {
    const {feed, store} = this.#options
    const done = new AbortController()
    const either = AbortSignal.any([signal, done.signal])
    const settled = feed.within(projectId, (project) => isSettled(project, agentId), timeoutMs, either)
    const gates = this.#leadPastGates(projectId, agentId, driver, either)
    try {
      // Who is past the gates is not ready yet; who cannot be led past them never is.
      const isSettledInTime = await Promise.race([settled, gates.then(() => settled)])
      const agent = findAgent(store.project(projectId)!, agentId)!
      if (isSettledInTime && isPastStart(agent.state)) return
      throw await this.#notReady(
        agent,
        isSettledInTime ? describeEnd(agent) : `nothing was heard from it for ${Math.round(timeoutMs / 1000)} s`,
      )
    } finally {
      done.abort(new Error('settled'))
      await Promise.allSettled([settled, gates])
    }
  }

  async #leadPastGates(projectId: string, agentId: string, driver: AgentDriver, signal: AbortSignal): Promise<void> {
    const {clock, terminal, store} = this.#options
    const dialog = new SteadyDialog(clock)
    let openSince: number | null = null
    for (let answers = 0; answers < MAX_ANSWERS;) {
      await clock.sleep(LOOK_MS, signal)
      const pane = findAgent(store.project(projectId)!, agentId)?.pane
      const screen = pane ? driver.readScreen(await terminal.capture(pane).catch(() => '')) : null
      if (screen?.what === 'dialog' && screen.answer === null) return this.#askPerson(projectId, agentId, screen)
      openSince = screen?.what === 'composer' ? (openSince ?? clock.monotonic()) : null
      if (openSince !== null && clock.monotonic() - openSince >= OPEN_MS) return this.#believeScreen(projectId, agentId)
      // One step at a time: the option is read again before Enter, for a key may have been swallowed.
      const keys = dialog.keysFor(screen)
      if (!pane || !keys) continue
      answers += 1
      await terminal.pressKeys(pane, keys)
    }
  }

  #askPerson(projectId: string, agentId: string, {name, text}: ScreenReading & {what: 'dialog'}): Promise<void> {
    const waitingFor = {what: 'dialog', until: null, holder: null} as const
    return this.#end(projectId, agentId, 'needs-input', `${name}: ${text}`, {waitingFor})
  }

  #believeScreen(projectId: string, agentId: string): Promise<void> {
    return this.#end(projectId, agentId, 'ready', 'its composer is open; no report came')
  }

  /** The start is over by what the screen shows. */
  async #end(projectId: string, agentId: string, to: 'ready' | 'needs-input', what: string, changes: Partial<Agent> = {}): Promise<void> {
    await this.#options.recorder.change(projectId, (project, now) => {
      const agent = findAgent(project, agentId)!
      if (agent.state !== 'starting') return unchanged(project)
      return agentChange(project, agent.id, to, {source: 'screen', what, at: now}, changes)
    })
  }

  async #notReady(agent: Agent, why: string): Promise<OrchError> {
    const screen = agent.pane ? await this.#options.terminal.capture(agent.pane).catch((error: unknown) => messageOf(error)) : ''
    return new OrchError('ORCH_AGENT_START', {agent: agent.role, why, screen: screen.trim()})
  }
}

function isSettled({agents}: Project, agentId: string): boolean {
  const state = agents.find(({id}) => id === agentId)?.state ?? 'lost'
  return isPastStart(state) || !isAlive(state)
}

function describeEnd({state, exitCode}: Agent): string {
  return `it ended (${state}${exitCode === null ? '' : `, exit code ${exitCode}`})`
}
