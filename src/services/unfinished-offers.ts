import type {AgentDriver, Clock, Terminal} from '@orch/plugin-kit'
import {isPastStart} from '../domain/agent-states.js'
import type {Agent} from '../domain/agent.js'
import {messageIdsIn} from '../domain/letter-text.js'
import {moveMessage, type Message} from '../domain/message.js'
import {withMessage, type Project} from '../domain/project.js'
import type {Store} from '../domain/store.js'
import type {Offering} from './offering.js'
import type {Post} from './post.js'
import type {Recorder} from './recorder.js'

/** Milliseconds after the start of this supervisor in which a paste of the last one may still arrive, or its receipt. */
const GRACE_MS = 3_000
/** Milliseconds after an offer at which its delivery is over, and its receipt long there if the agent takes it. */
const HANGS_MS = 15_000
/** Lines of a pane in which a pasted message is looked for. */
const LOOK_BACK_LINES = 500

interface UnfinishedOffersOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly terminal: Terminal
  readonly drivers: ReadonlyMap<string, AgentDriver>
  readonly post: Pick<Post, 'unlessDelivering'>
  readonly offering: Pick<Offering, 'metDialog'>
  readonly clock: Clock
}

/**
 * Settles messages on record as offered of which nothing was heard. A supervisor may have died over them: it may have pasted them, pressed Enter, both,
 * or neither. Or a dialog came up between the look and the paste, and took the text for keys or covered it.
 * Only what is nowhere to be seen, neither in the transcript nor in the pane, is offered again.
 */
export class UnfinishedOffers {
  readonly #options: UnfinishedOffersOptions
  readonly #bornAt: number
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
      if (!agent?.pane || !isPastStart(agent.state) || !this.#hangs(message, agent)) continue
      await this.#options.post.unlessDelivering(project.id, agent.id, () => this.#settle(project, agent, message))
    }
  }

  #hangs({state, heldBy, offeredAt, offeredTo}: Message, {run}: Agent): boolean {
    // The draft that holds it back may be itself: its record is older than its paste when the newest generation was damaged.
    if (state === 'accepted') return heldBy === 'draft'
    if (state !== 'offered' || offeredTo !== run?.id || offeredAt === null) return false
    return this.#isLeftOver(offeredAt) || this.#options.clock.now() - offeredAt >= HANGS_MS
  }

  /** Of a supervisor before this one, which may not have pasted it at all. */
  #isLeftOver(offeredAt: number): boolean {
    return offeredAt < this.#bornAt
  }

  async #settle(project: Project, agent: Agent, message: Message): Promise<void> {
    const projectId = project.id
    const {terminal, drivers} = this.#options
    const pane = agent.pane!
    const screen = await terminal.capture(pane, LOOK_BACK_LINES)
    const reading = drivers.get(agent.kind)?.readScreen(screen)
    // Under a dialog nobody sees what the composer holds.
    if (!reading || !('draft' in reading)) return
    if (message.state === 'accepted') {
      if (reading.draft?.startsWith(`[orch ${message.id} from `)) await this.#submit(projectId, agent, message)
      else await this.#clearRepeated(project, agent, reading.draft ?? '')
    } else if (reading.draft?.includes(traceOf(message))) await terminal.pressKeys(pane, ['Enter'])
    else if (this.#isReadPast(project, message) && !unwrapped(screen).includes(traceOf(message))) await this.#giveBack(projectId, message)
  }

  /**
   * A program that is slow may have the text before it yet, and would then get it twice. It reads its keys in order: past the text, when the dialog that
   * was there is answered, or when something offered later has a receipt.
   */
  #isReadPast({messages}: Project, {id, to, offeredAt, offeredTo}: Message): boolean {
    if (this.#isLeftOver(offeredAt!) || this.#options.offering.metDialog(id)) return true
    return messages.some(
      (other) =>
        other.to === to &&
        other.offeredTo === offeredTo &&
        (other.offeredAt ?? 0) > offeredAt! &&
        (other.submittedAt ?? other.acknowledgedAt) !== null,
    )
  }

  /**
   * A message that its agent has read stands in the composer once more and keeps the others out: Claude Code 2.1.197 does that on a busy machine now and then
   * when a turn ends at that moment (measured). It is taken out, a line at each look, unless a person came to the window since.
   */
  async #clearRepeated({messages}: Project, agent: Agent, draft: string): Promise<void> {
    const {terminal, drivers} = this.#options
    const keys = drivers.get(agent.kind)?.clearKeys
    const [id] = draft.startsWith('[orch ') ? messageIdsIn(draft) : []
    const repeated = messages.find((message) => message.id === id && message.to === agent.id)
    if (!keys || repeated?.state !== 'acknowledged' || repeated.offeredTo !== agent.run?.id) return
    const activity = agent.window ? await terminal.lastClientActivity(agent.window) : null
    if (activity === null || activity < repeated.offeredAt!) await terminal.pressKeys(agent.pane!, keys)
  }

  /** On record before the key, as with every offer. */
  async #submit(projectId: string, agent: Agent, {id}: Message): Promise<void> {
    await this.#options.recorder.change(projectId, (project, now) => {
      const current = project.messages.find((candidate) => candidate.id === id)!
      if (current.state !== 'accepted') return {project, events: []}
      const moved = moveMessage(current, 'offered', now, {offeredTo: agent.run?.id ?? null})
      return {project: withMessage(project, moved.message), events: moved.events}
    })
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

/** What it is known by wherever it is shown. */
function traceOf({id, kind, text}: Message): string {
  return kind === 'command' ? text : id
}

/** A narrow pane breaks an id over two lines. */
function unwrapped(screen: string): string {
  return screen.replace(/\n/g, '')
}
