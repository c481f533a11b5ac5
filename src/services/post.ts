import {OrchError, type AgentDriver, type Clock, type HeldBy, type Ids, type Logger, type Terminal} from '@orch/plugin-kit'
import {isAlive, isPastStart} from '../domain/agent-states.js'
import type {Agent} from '../domain/agent.js'
import {accept} from '../domain/mailbox.js'
import {composeText, moveMessage, newMessage, type Letter, type Message} from '../domain/message.js'
import {isFinished} from '../domain/project-states.js'
import {findAgent, withMessage, type Project} from '../domain/project.js'
import type {Store} from '../domain/store.js'
import type {Recorder} from './recorder.js'

/** Milliseconds since a person's last key in a window during which orch keeps its hands off it (design § 8). */
const PERSON_MS = 10_000
/** Milliseconds after Enter before the composer is looked at again: a receipt usually comes first. */
const RECEIPT_MS = 3_000
/** How often Enter is pressed again while the composer still holds the text. */
const MAX_ENTERS = 3

interface PostOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly terminal: Terminal
  readonly drivers: ReadonlyMap<string, AgentDriver>
  readonly clock: Clock
  readonly ids: Ids
  readonly logger: Logger
}

/** Durable messages: accepted on disk first, offered to a composer that can take them, proven by the agent's own receipt. */
export class Post {
  readonly #options: PostOptions
  /** One delivery at a time into each pane. */
  readonly #delivering = new Map<string, Promise<void>>()

  constructor(options: PostOptions) {
    this.#options = options
  }

  /**
   * @param id the sender's own: the same letter handed in twice is one message
   * @returns the message once it is durable; it is not lost from here on
   */
  async accept(projectId: string, letter: Letter, id: string = this.#options.ids.next('m')): Promise<Message> {
    const {recorder, clock} = this.#options
    requireSendable(letter)
    const message = newMessage(id, letter, clock.now())
    await recorder.change(projectId, (project) => {
      if (isFinished(project.state)) {
        throw new OrchError('ORCH_CLASH', {what: 'The message', why: `the project is ${project.state}`, remedy: 'Its agents have stopped.'})
      }
      return accept(project, message)
    })
    return message
  }

  /** Offers what can be offered now; to be called whenever something changed. */
  async deliver(projectId: string): Promise<void> {
    const project = this.#options.store.project(projectId)
    if (!project) return
    await Promise.all(project.agents.filter((agent) => next(project, agent)).map((agent) => this.#inTurn(projectId, agent.id)))
  }

  #inTurn(projectId: string, agentId: string): Promise<void> {
    const key = `${projectId} ${agentId}`
    const running = this.#delivering.get(key)
    if (running) return running
    const delivery = this.#deliverTo(projectId, agentId)
      .catch((error: unknown) => this.#options.logger.warn('a delivery failed', {agent: agentId, error}))
      .finally(() => this.#delivering.delete(key))
    this.#delivering.set(key, delivery)
    return delivery
  }

  async #deliverTo(projectId: string, agentId: string): Promise<void> {
    for (;;) {
      const project = this.#options.store.project(projectId)
      const agent = project && findAgent(project, agentId)
      const message = agent && next(project, agent)
      if (!message) return
      const held = await this.#heldBy(agent)
      if (held) return this.#hold(projectId, message, held)
      if (!(await this.#offer(projectId, agent, message))) return
    }
  }

  /** Why nothing may be typed into this agent's composer now; null when it may. */
  async #heldBy(agent: Agent): Promise<HeldBy | null> {
    const {terminal, drivers, clock} = this.#options
    const driver = drivers.get(agent.kind)
    if (!driver || !agent.pane || !agent.run || !isAlive(agent.state)) return 'dead'
    if (!isPastStart(agent.state) || agent.state === 'needs-input') return 'dialog'
    if (agent.state === 'limited') return 'limit'
    const activity = agent.window ? await terminal.lastClientActivity(agent.window) : null
    if (activity !== null && clock.now() - activity < PERSON_MS) return 'person'
    const screen = driver.readScreen(await terminal.capture(agent.pane))
    if (screen.what === 'dialog') return 'dialog'
    if (screen.what === 'limit') return 'limit'
    if (screen.what === 'unknown') return 'mode'
    return screen.draft ? 'draft' : null
  }

  async #hold(projectId: string, message: Message, heldBy: HeldBy): Promise<void> {
    if (message.heldBy === heldBy) return
    await this.#options.recorder.change(projectId, (project) => ({
      project: withMessage(project, {...current(project, message), heldBy}),
      events: [],
    }))
  }

  /** @returns whether it was pasted and Enter pressed; the receipt comes from the agent */
  async #offer(projectId: string, agent: Agent, message: Message): Promise<boolean> {
    const {recorder, terminal, drivers, clock} = this.#options
    const pane = agent.pane!
    // On disk before a key is pressed: a supervisor that dies here never pastes it twice into one run.
    await recorder.change(projectId, (project, now) => {
      const moved = moveMessage(current(project, message), 'offered', now, {offeredTo: agent.run!.id})
      return {project: withMessage(project, moved.message), events: moved.events}
    })
    const outcome = await terminal.paste(pane, composeText(message))
    if (outcome !== 'sent') {
      await this.#takeBack(projectId, message, outcome === 'in-mode' ? 'mode' : 'dead')
      return false
    }
    const driver = drivers.get(agent.kind)!
    await clock.sleep(driver.submitDelayMs)
    await terminal.pressKeys(pane, ['Enter'])
    await this.#pressAgain(projectId, pane, message, driver)
    return true
  }

  /** An Enter may be swallowed; while the composer still holds the text it is pressed again, never pasted again. */
  async #pressAgain(projectId: string, pane: string, message: Message, driver: AgentDriver): Promise<void> {
    const {clock, terminal, store} = this.#options
    for (let enters = 1; enters < MAX_ENTERS; enters++) {
      const end = clock.monotonic() + RECEIPT_MS
      while (clock.monotonic() < end) {
        const state = store.project(projectId)?.messages.find(({id}) => id === message.id)?.state
        if (state !== 'offered') return
        await clock.sleep(100)
      }
      const screen = driver.readScreen(await terminal.capture(pane))
      if (!('draft' in screen) || !screen.draft?.includes(message.id)) return
      await terminal.pressKeys(pane, ['Enter'])
    }
  }

  async #takeBack(projectId: string, message: Message, heldBy: HeldBy): Promise<void> {
    await this.#options.recorder.change(projectId, (project, now) => {
      const moved = moveMessage(current(project, message), 'accepted', now, {heldBy})
      return {project: withMessage(project, moved.message), events: moved.events}
    })
  }
}

function requireSendable({from, to, text}: Letter): void {
  if (text.trim() === '') throw new OrchError('ORCH_USAGE', {what: 'The message is empty.', hint: 'Say something: orch send ROLE "text"'})
  if (from === to) {
    throw new OrchError('ORCH_REFUSED', {what: 'The message', why: 'it goes to its own sender', remedy: 'Name another recipient.'})
  }
}

/** The oldest message that waits for an agent. */
function next(project: Project, agent: Agent): Message | undefined {
  return project.messages.find(({to, state}) => to === agent.id && state === 'accepted')
}

function current(project: Project, {id}: Message): Message {
  return project.messages.find((message) => message.id === id)!
}
