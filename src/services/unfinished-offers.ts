import type {AgentDriver, Clock, Terminal} from '@orch/plugin-kit'
import {isPastStart} from '../domain/agent-states.js'
import type {Agent} from '../domain/agent.js'
import {moveMessage, type Message} from '../domain/message.js'
import {withMessage, type Project} from '../domain/project.js'
import type {Store} from '../domain/store.js'
import type {Recorder} from './recorder.js'

/** Milliseconds after the start of this supervisor in which a paste of the last one may still arrive, or its receipt. */
const GRACE_MS = 3_000
/** Lines of a pane in which a pasted message is looked for. */
const LOOK_BACK_LINES = 500

interface UnfinishedOffersOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly terminal: Terminal
  readonly drivers: ReadonlyMap<string, AgentDriver>
  readonly clock: Clock
}

/**
 * Settles messages that a supervisor recorded as offered and died over: it may have pasted them, pressed Enter, both, or neither.
 * Only what is nowhere to be seen, neither in the transcript nor in the pane, is offered again.
 */
export class UnfinishedOffers {
  readonly #options: UnfinishedOffersOptions
  readonly #bornAt: number
  /** Messages sent off here: an Enter may be swallowed, and is then pressed again. */
  readonly #submitted = new Set<string>()
  readonly #settleAt: number

  constructor(options: UnfinishedOffersOptions) {
    this.#options = options
    this.#bornAt = options.clock.now()
    this.#settleAt = options.clock.monotonic() + GRACE_MS
  }

  /** To be called now and then; transcripts have been read before. */
  async settle(project: Project): Promise<void> {
    if (this.#options.clock.monotonic() < this.#settleAt) return
    for (const message of project.messages) {
      const agent = project.agents.find(({id}) => id === message.to)
      if (agent?.pane && isPastStart(agent.state) && this.#isLeftOver(message, agent)) await this.#settle(project.id, agent, message)
    }
  }

  #isLeftOver({id, state, heldBy, acceptedAt, offeredAt, offeredTo}: Message, {run}: Agent): boolean {
    // Its record may be older than its paste, when the newest generation was damaged: the draft that holds it is then itself.
    if (state === 'accepted') return heldBy === 'draft' && acceptedAt < this.#bornAt
    if (state !== 'offered' || offeredTo !== run?.id) return false
    return this.#submitted.has(id) || (offeredAt !== null && offeredAt < this.#bornAt)
  }

  async #settle(projectId: string, agent: Agent, message: Message): Promise<void> {
    const {terminal, drivers} = this.#options
    const pane = agent.pane!
    const screen = await terminal.capture(pane, LOOK_BACK_LINES)
    const reading = drivers.get(agent.kind)?.readScreen(screen)
    const draft = reading && 'draft' in reading ? reading.draft : null
    if (message.state === 'accepted') {
      if (draft?.startsWith(`[orch ${message.id} from `)) await this.#submit(projectId, agent, message)
    } else if (draft?.includes(message.id)) await terminal.pressKeys(pane, ['Enter'])
    else if (!unwrapped(screen).includes(message.id)) await this.#giveBack(projectId, message)
  }

  /** On record before the key, as with every offer. */
  async #submit(projectId: string, agent: Agent, {id}: Message): Promise<void> {
    await this.#options.recorder.change(projectId, (project, now) => {
      const current = project.messages.find((candidate) => candidate.id === id)!
      if (current.state !== 'accepted') return {project, events: []}
      const moved = moveMessage(current, 'offered', now, {offeredTo: agent.run?.id ?? null})
      return {project: withMessage(project, moved.message), events: moved.events}
    })
    this.#submitted.add(id)
    await this.#options.terminal.pressKeys(agent.pane!, ['Enter'])
  }

  async #giveBack(projectId: string, {id}: Message): Promise<void> {
    await this.#options.recorder.change(projectId, (project, now) => {
      const current = project.messages.find((candidate) => candidate.id === id)!
      if (current.state !== 'offered') return {project, events: []}
      const moved = moveMessage(current, 'accepted', now)
      return {project: withMessage(project, moved.message), events: moved.events}
    })
  }
}

/** A narrow pane breaks an id over two lines. */
function unwrapped(screen: string): string {
  return screen.replace(/\n/g, '')
}
