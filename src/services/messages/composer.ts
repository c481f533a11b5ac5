import type {AgentDriver, Clock, HeldBy, SendOutcome, Terminal} from '@orch/plugin-kit'
import {isAlive, isPastStart} from '../../domain/agent-states.js'
import {sequence, type Change} from '../../domain/change.js'
import {composeText} from '../../domain/letter-text.js'
import {moveMessage} from '../../domain/message.js'
import {withMessage} from '../../domain/project.js'
import type {ChangeFeed} from '../record/change-feed.js'
import type {Recorder} from '../record/recorder.js'
import type {Project} from '../../domain/model/project.js'
import type {Message} from '../../domain/model/message.js'
import type {Agent} from '../../domain/model/agent.js'

/** Milliseconds since a person's last key in a window during which orch keeps its hands off it (design § 8). */
const PERSON_MS = 10_000
/**
 * Milliseconds after an agent got ready in which its first turn begins. Until then nothing is pasted: Claude Code 2.1.197 empties its composer when it takes
 * the first prompt from its command line, and a message in it is gone without a trace (measured; 2.1.330 keeps it).
 */
const FIRST_TURN_MS = 5_000
/** Milliseconds after Enter before the composer is looked at again: a receipt usually comes first. */
const RECEIPT_MS = 3_000
/** How often Enter is pressed again while the composer still holds the text. */
const MAX_ENTERS = 3

interface OfferingOptions {
  readonly recorder: Recorder
  readonly feed: ChangeFeed
  readonly terminal: Terminal
  readonly drivers: ReadonlyMap<string, AgentDriver>
  readonly clock: Clock
}

/** How messages get into a composer: only one that can take them, on record before a key is pressed, never pasted twice into one run. */
export class ComposerDelivery {
  readonly #options: OfferingOptions
  /** Ids of messages under whose paste a dialog was found. */
  readonly #metDialogs = new Set<string>()

  constructor(options: OfferingOptions) {
    this.#options = options
  }

  /** Whether a dialog stood there when the message was pasted last: it was answered after the paste had been read. */
  metDialog(messageId: string): boolean {
    return this.#metDialogs.has(messageId)
  }

  /** Why nothing may be typed into this agent's composer now; null when it may. */
  async blockedBy(agent: Agent): Promise<HeldBy | null> {
    const {terminal, drivers, clock} = this.#options
    const driver = drivers.get(agent.kind)
    if (!driver || !agent.pane || !agent.run || !isAlive(agent.state)) return 'dead'
    if (!isPastStart(agent.state) || agent.state === 'needs-input' || this.#isAboutToBegin(agent)) return 'dialog'
    if (agent.state === 'limited') return 'limit'
    const activity = agent.window ? await terminal.lastClientActivity(agent.window) : null
    if (activity !== null && clock.now() - activity < PERSON_MS) return 'person'
    const pane = (await terminal.panes()).find((state) => state.pane === agent.pane)
    if (!pane || pane.dead) return 'dead'
    if (pane.inMode) return 'mode'
    const screen = driver.readScreen(await terminal.capture(agent.pane))
    if (screen.what === 'dialog') return 'dialog'
    if (screen.what === 'limit') return 'limit'
    if (screen.what === 'unknown') return 'mode'
    return screen.draft ? 'draft' : null
  }

  #isAboutToBegin({state, evidence}: Agent): boolean {
    return state === 'ready' && this.#options.clock.now() - evidence.at < FIRST_TURN_MS
  }

  /** @returns whether it was pasted and Enter pressed; the receipt comes from the agent */
  async offer(projectId: string, agent: Agent, batch: readonly Message[]): Promise<boolean> {
    const {recorder, terminal, drivers, clock} = this.#options
    const pane = agent.pane!
    const text = batch.map((message) => composeText(message)).join('\n')
    // On disk before a key is pressed: a supervisor that dies here never pastes it twice into one run.
    await recorder.change(projectId, (project, now) => move(project, batch, 'offered', now, {offeredTo: agent.run!.id}))
    const outcome = await this.#enter(pane, batch[0]!, text)
    if (outcome !== 'sent') {
      await this.#takeBack(projectId, batch, outcome === 'in-mode' ? 'mode' : 'dead')
      return false
    }
    const driver = drivers.get(agent.kind)!
    await clock.sleep(driver.submitDelayMs)
    // A dialog that came up since the look took the text for keys, or covers it; an Enter would answer it.
    const meetsDialog = driver.readScreen(await terminal.capture(pane)).what === 'dialog'
    for (const {id} of batch) this.#metDialogs[meetsDialog ? 'add' : 'delete'](id)
    if (meetsDialog) return false
    await terminal.pressKeys(pane, ['Enter'])
    await this.#pressAgain(projectId, agent, batch[0]!, driver)
    return true
  }

  /** A slash command counts only when it was typed; a text is pasted. */
  #enter(pane: string, {kind}: Message, text: string): Promise<SendOutcome> {
    const {terminal} = this.#options
    return kind === 'command' ? terminal.typeText(pane, text) : terminal.paste(pane, text)
  }

  /**
   * An Enter may be swallowed; while the composer still holds the text it is pressed again, never pasted again. The composer was empty before the
   * paste, so what stands in it is ours unless a person came to the window since.
   */
  async #pressAgain(projectId: string, {pane, window}: Agent, message: Message, driver: AgentDriver): Promise<void> {
    const {clock, terminal, feed} = this.#options
    const since = clock.now()
    const hasMoved = ({messages}: Project) => messages.find(({id}) => id === message.id)?.state !== 'offered'
    for (let enters = 1; enters < MAX_ENTERS; enters++) {
      if (await feed.within(projectId, hasMoved, RECEIPT_MS)) return
      const screen = driver.readScreen(await terminal.capture(pane!))
      if (!('draft' in screen) || !screen.draft) return
      const activity = window ? await terminal.lastClientActivity(window) : null
      if (!screen.draft.includes(message.id) && activity !== null && activity >= since) return
      await terminal.pressKeys(pane!, ['Enter'])
    }
  }

  async #takeBack(projectId: string, batch: readonly Message[], blockedBy: HeldBy): Promise<void> {
    await this.#options.recorder.change(projectId, (project, now) =>
      // Nothing of it reached the run, so the offer does not count.
      move(project, batch, 'accepted', now, {blockedBy, blockedSince: now, offers: current(project, batch[0]!.id).offers - 1}),
    )
  }
}

function move(project: Project, batch: readonly Message[], to: 'offered' | 'accepted', now: number, changes: Partial<Message>): Change {
  return sequence(
    project,
    ...batch.map(({id}) => (before: Project) => {
      const moved = moveMessage(current(before, id), to, now, changes)
      return {project: withMessage(before, moved.message), events: moved.events}
    }),
  )
}

function current(project: Project, id: string): Message {
  return project.messages.find((message) => message.id === id)!
}
