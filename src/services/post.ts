import {join} from 'node:path'
import type {AgentDriver, Clock, HeldBy, Ids, Logger, SendOutcome, Terminal} from '@orch/plugin-kit'
import {isAlive, isPastStart} from '../domain/agent-states.js'
import type {Agent} from '../domain/agent.js'
import {answerApproval, askedBetween} from '../domain/approval.js'
import {inTurn, unchanged, type Change} from '../domain/change.js'
import type {Files} from '../domain/files.js'
import {beginningOf, composeText, isLong} from '../domain/letter-text.js'
import {accept, nextFor} from '../domain/mailbox.js'
import {moveMessage, newMessage, type Letter, type Message} from '../domain/message.js'
import {findAgent, withMessage, type Project} from '../domain/project.js'
import {copyFor, route, talkOf} from '../domain/routing.js'
import type {Store} from '../domain/store.js'
import type {Feed} from './feed.js'
import type {Recorder} from './recorder.js'

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

interface PostOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly feed: Feed
  readonly terminal: Terminal
  readonly drivers: ReadonlyMap<string, AgentDriver>
  readonly files: Files
  readonly clock: Clock
  readonly ids: Ids
  readonly logger: Logger
}

/** Durable messages: accepted on disk first, offered to a composer that can take them, proven by the agent's own receipt. */
export class Post {
  readonly #options: PostOptions
  /** One delivery at a time into each pane. */
  readonly #delivering = new Set<string>()
  /** Ids of messages under whose paste a dialog was found. */
  readonly #metDialogs = new Set<string>()

  constructor(options: PostOptions) {
    this.#options = options
  }

  /**
   * @param id the sender's own: the same letter handed in twice is one message
   * @returns the message once it is durable; it is not lost from here on
   */
  async accept(projectId: string, letter: Letter, id: string = this.#options.ids.next('m')): Promise<Message> {
    const [message] = await this.acceptAll(projectId, [{id, letter}])
    return message!
  }

  /** Several letters in one change: all of them are accepted, or none. */
  async acceptAll(projectId: string, letters: readonly {readonly id: string; readonly letter: Letter}[]): Promise<Message[]> {
    const {recorder, ids} = this.#options
    const copyIds = new Map(letters.map(({id}) => [id, ids.next('m')]))
    const kept = await Promise.all(letters.map(async ({id, letter}) => ({id, letter: await this.#filed(projectId, id, letter)})))
    const project = await recorder.change(projectId, (before, now) =>
      inTurn(
        before,
        ...kept.map(
          ({id, letter}) =>
            (current: Project) =>
              acceptOne(current, id, letter, copyIds.get(id)!, now),
        ),
      ),
    )
    return letters.map(({id}) => project.messages.find((message) => message.id === id)!)
  }

  /** A long text lies in a file before the record names it. */
  async #filed(projectId: string, id: string, letter: Letter): Promise<Letter> {
    const directory = this.#options.store.project(projectId)?.directory
    if (!isLong(letter) || directory === undefined) return letter
    const file = join(directory, 'mail', `${id}.md`)
    await this.#options.files.writePrivate(file, letter.text)
    return {...letter, file, text: beginningOf(letter.text)}
  }

  /** Offers what can be offered now; to be called whenever something changed. */
  async deliver(projectId: string): Promise<void> {
    const project = this.#options.store.project(projectId)
    if (!project) return
    await Promise.all(
      project.agents
        .filter((agent) => this.#next(project, agent).length > 0)
        .map(({id}) => this.unlessDelivering(projectId, id, () => this.#deliverTo(projectId, id))),
    )
  }

  /** Whether a dialog stood there when the message was pasted last: whoever answered it did so after the paste had been read. */
  metDialog(messageId: string): boolean {
    return this.#metDialogs.has(messageId)
  }

  /**
   * Has an agent's composer to itself for a while; nothing is done, and nobody waits, while a delivery has it.
   * @returns when the work is over; a failure is logged
   */
  async unlessDelivering(projectId: string, agentId: string, work: () => Promise<void>): Promise<void> {
    const key = `${projectId} ${agentId}`
    if (this.#delivering.has(key)) return
    this.#delivering.add(key)
    try {
      await work()
    } catch (error) {
      this.#options.logger.warn('a delivery failed', {agent: agentId, error})
    } finally {
      this.#delivering.delete(key)
    }
  }

  async #deliverTo(projectId: string, agentId: string): Promise<void> {
    for (;;) {
      const project = this.#options.store.project(projectId)
      const agent = project && findAgent(project, agentId)
      const batch = agent ? this.#next(project, agent) : []
      if (!agent || batch.length === 0) return
      const held = await this.#heldBy(agent)
      if (held) return this.#hold(projectId, batch, held)
      if (!(await this.#offer(projectId, agent, batch))) return
    }
  }

  #next(project: Project, agent: Agent): readonly Message[] {
    return nextFor(project, agent, this.#options.clock.now(), talkOf(project).digestMs)
  }

  /** Why nothing may be typed into this agent's composer now; null when it may. */
  async #heldBy(agent: Agent): Promise<HeldBy | null> {
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

  async #hold(projectId: string, batch: readonly Message[], heldBy: HeldBy): Promise<void> {
    if (batch.every((message) => message.heldBy === heldBy)) return
    await this.#options.recorder.change(projectId, (project, now) => ({
      project: batch.reduce((before, {id}) => withMessage(before, {...current(before, id), heldBy, heldSince: now}), project),
      events: [],
    }))
  }

  /** @returns whether it was pasted and Enter pressed; the receipt comes from the agent */
  async #offer(projectId: string, agent: Agent, batch: readonly Message[]): Promise<boolean> {
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

  async #takeBack(projectId: string, batch: readonly Message[], heldBy: HeldBy): Promise<void> {
    await this.#options.recorder.change(projectId, (project, now) =>
      // Nothing of it reached the run, so the offer does not count.
      move(project, batch, 'accepted', now, {heldBy, heldSince: now, offers: current(project, batch[0]!.id).offers - 1}),
    )
  }
}

/** The letter in its recipient's mailbox, and its copy in the hub's; handed in again it is there already. */
function acceptOne(project: Project, id: string, letter: Letter, copyId: string, now: number): Change {
  if (project.messages.some((message) => message.id === id)) return {project, events: []}
  const message = newMessage(id, route(project, letter, now), now)
  const copy = copyFor(project, message)
  return inTurn(
    project,
    (before) => accept(before, message),
    (before) => (copy ? accept(before, newMessage(copyId, copy, now)) : unchanged(before)),
    (before) => answerTo(before, message, copyId, now),
  )
}

/** What an agent says to who asked it is the answer. A person approves with words of his own, never by a plain message. */
function answerTo(project: Project, {from, to, sender, text, kind}: Message, messageId: string, now: number): Change {
  const asked = findAgent(project, from) && kind !== 'approval' ? askedBetween(project, to, from) : undefined
  return asked ? answerApproval(project, asked.id, {by: from, sender, state: 'answered', words: text}, messageId, now) : unchanged(project)
}

function move(project: Project, batch: readonly Message[], to: 'offered' | 'accepted', now: number, changes: Partial<Message>): Change {
  return inTurn(
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
