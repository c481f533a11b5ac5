import type {AgentDriver, Clock, Terminal} from '@orch/plugin-kit'
import {isPastStart} from '../../domain/agent-states.js'
import {moveMessage} from '../../domain/message.js'
import {messagesIn} from '../../domain/own-draft.js'
import {withMessage} from '../../domain/project.js'
import type {Store} from '../../domain/ports/store.js'
import type {ComposerDelivery} from './composer.js'
import type {MessageDelivery} from './delivery.js'
import {hasPersonCome, ReadProbe} from './read-probe.js'
import type {Recorder} from '../record/recorder.js'
import type {Project} from '../../domain/model/project.js'
import type {Message} from '../../domain/model/message.js'
import type {Agent} from '../../domain/model/agent.js'
import {unchanged} from '../../domain/change.js'

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
  readonly post: Pick<MessageDelivery, 'unlessDelivering'>
  readonly offering: Pick<ComposerDelivery, 'metDialog'>
  readonly clock: Clock
}

/**
 * Settles messages on record as offered of which nothing was heard. A supervisor may have died over them: it may have pasted them, pressed Enter, both,
 * or neither. Or a dialog came up between the look and the paste, and took the text for keys or covered it.
 * Only what is nowhere to be seen, neither in the transcript nor in the pane, is offered again.
 */
export class DeliveryRecovery {
  readonly #options: UnfinishedOffersOptions
  readonly #bornAt: number
  readonly #settleAt: number
  readonly #probe: ReadProbe

  constructor(options: UnfinishedOffersOptions) {
    this.#options = options
    this.#probe = new ReadProbe(options)
    this.#bornAt = options.clock.now()
    this.#settleAt = options.clock.monotonic() + GRACE_MS
  }

  /** To be called now and then; transcripts have been read before. */
  async tick(project: Project): Promise<void> {
    if (this.#options.clock.monotonic() < this.#settleAt) return
    for (const message of project.messages) {
      const agent = project.agents.find(({id}) => id === message.to)
      if (!agent?.pane || !isPastStart(agent.state) || !this.#hangs(message, agent)) continue
      await this.#options.post.unlessDelivering(project.id, agent.id, () => this.#settle(project, agent, message))
    }
  }

  #hangs({state, blockedBy, offeredAt, offeredTo}: Message, {run}: Agent): boolean {
    // The draft that holds it back may be itself: its record is older than its paste when the newest generation was damaged.
    if (state === 'accepted') return blockedBy === 'draft'
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
    const found = this.#messagesIn(reading.draft, project, agent)
    if (message.state === 'accepted' && (await this.#probe.isLeft(agent, message, reading.draft))) await this.#probe.remove(agent)
    else if (message.state === 'accepted') await this.#clear(projectId, agent, found, reading.what === 'composer')
    else if (found.includes(message)) await terminal.pressKeys(pane, ['Enter'])
    else if (unwrapped(screen).includes(traceOf(message))) return
    else if (this.#isReadPast(project, message) || (await this.#probe.hasReadPast(agent, message, reading)))
      await this.#giveBack(projectId, message)
  }

  /** Messages that the draft is made of; none when somebody else wrote any of it. Its composer is empty when a run begins. */
  #messagesIn(draft: string | null, {messages}: Project, {id, run, kind}: Agent): readonly Message[] {
    const driver = this.#options.drivers.get(kind)
    const own = messages.filter(({to, offeredTo}) => to === id && (offeredTo === null || offeredTo === run?.id))
    const drafts = [draft, this.#probe.withoutSign(draft)].filter((each) => each !== null)
    return drafts.map((each) => messagesIn(each, own, driver?.standsFor?.bind(driver))).find((each) => each !== null) ?? []
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
   * Frees the composer of messages that keep the others out. What the agent has read, or nobody waits for any more, is taken out, a line at each look: Claude
   * Code 2.1.197 shows a message once more on a busy machine now and then when a turn ends at that moment (measured). What it has not read is sent off, but
   * not while its own queue may still come to it. With a person in the window since, all of it is theirs.
   */
  async #clear(projectId: string, agent: Agent, found: readonly Message[], isAtRest: boolean): Promise<void> {
    const {terminal, drivers, clock} = this.#options
    const [first] = found
    if (!first) return
    if (first.state === 'accepted') return this.#submit(projectId, agent, first)
    const since = Math.min(...found.map(({offeredAt, acceptedAt}) => offeredAt ?? acceptedAt))
    if (await hasPersonCome(terminal, agent, since)) return
    if (found.every(({state}) => ['acknowledged', 'expired', 'dead'].includes(state))) {
      const keys = drivers.get(agent.kind)?.clearKeys
      if (keys) await terminal.pressKeys(agent.pane!, keys)
    } else if (isAtRest && found.every(({submittedAt}) => submittedAt !== null && clock.now() - submittedAt >= HANGS_MS)) {
      await terminal.pressKeys(agent.pane!, ['Enter'])
    }
  }

  /** On record before the key, as with every offer. */
  async #submit(projectId: string, agent: Agent, {id}: Message): Promise<void> {
    await this.#options.recorder.change(projectId, (project, now) => {
      const current = project.messages.find((candidate) => candidate.id === id)!
      if (current.state !== 'accepted') return unchanged(project)
      const moved = moveMessage(current, 'offered', now, {offeredTo: agent.run?.id ?? null})
      return {project: withMessage(project, moved.message), events: moved.events}
    })
    await this.#options.terminal.pressKeys(agent.pane!, ['Enter'])
  }

  async #giveBack(projectId: string, {id}: Message): Promise<void> {
    await this.#options.recorder.change(projectId, (project, now) => {
      const current = project.messages.find((candidate) => candidate.id === id)!
      if (current.state !== 'offered') return unchanged(project)
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
