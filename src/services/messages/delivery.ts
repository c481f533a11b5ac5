import {join} from 'node:path'
import type {Clock, HeldBy, Ids, Logger} from '@orch/plugin-kit'
import {answerApproval, askedBetween} from '../../domain/request.js'
import {sequence, unchanged, type Change} from '../../domain/change.js'
import type {Files} from '../../domain/ports/files.js'
import {beginningOf, goesAsFile} from '../../domain/letter-text.js'
import {accept, nextFor} from '../../domain/mailbox.js'
import {newMessage, type Letter} from '../../domain/message.js'
import {findAgent, withMessage} from '../../domain/project.js'
import {copyFor, route, messagePolicyOf} from '../../domain/routing.js'
import type {Store} from '../../domain/ports/store.js'
import type {ComposerDelivery} from './composer.js'
import type {Recorder} from '../record/recorder.js'
import type {Project} from '../../domain/model/project.js'
import type {Message} from '../../domain/model/message.js'
import type {Agent} from '../../domain/model/agent.js'

interface PostOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly offering: Pick<ComposerDelivery, 'blockedBy' | 'offer'>
  readonly files: Files
  readonly clock: Clock
  readonly ids: Ids
  readonly logger: Logger
}

/** Durable messages: accepted on disk first, offered to a composer that can take them, proven by the agent's own receipt. */
export class MessageDelivery {
  readonly #options: PostOptions
  /** One delivery at a time into each pane. */
  readonly #delivering = new Set<string>()

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
      sequence(
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
    const {store, files, clock} = this.#options
    const project = store.project(projectId)
    if (!goesAsFile(letter) || project === undefined) return letter
    // What would be refused is not written first: a flood must not fill the disk.
    if (!project.messages.some((message) => message.id === id)) route(project, letter, clock.now())
    const file = join(project.directory, 'mail', `${id}.md`)
    await files.writePrivate(file, letter.text)
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
      const held = await this.#options.offering.blockedBy(agent)
      if (held) return this.#hold(projectId, batch, held)
      if (!(await this.#options.offering.offer(projectId, agent, batch))) return
    }
  }

  #next(project: Project, agent: Agent): readonly Message[] {
    return nextFor(project, agent, this.#options.clock.now(), messagePolicyOf(project).digestMs)
  }

  async #hold(projectId: string, batch: readonly Message[], blockedBy: HeldBy): Promise<void> {
    if (batch.every((message) => message.blockedBy === blockedBy)) return
    await this.#options.recorder.change(projectId, (project, now) => ({
      project: batch.reduce((before, {id}) => withMessage(before, {...current(before, id), blockedBy, blockedSince: now}), project),
      events: [],
    }))
  }
}

/** The letter in its recipient's mailbox, and its copy in the hub's; handed in again it is there already. */
function acceptOne(project: Project, id: string, letter: Letter, copyId: string, now: number): Change {
  if (project.messages.some((message) => message.id === id)) return unchanged(project)
  const message = newMessage(id, route(project, letter, now), now)
  const copy = copyFor(project, message)
  return sequence(
    project,
    (before) => accept(before, message),
    (before) => (copy ? accept(before, newMessage(copyId, copy, now)) : unchanged(before)),
    (before) => answerTo(before, message, copyId, now),
  )
}

/** What an agent says to who asked it is the answer. A person approves with words of his own, never by a plain message. */
function answerTo(project: Project, {from, to, sender, text, kind}: Message, messageId: string, now: number): Change {
  const asked = findAgent(project, from) && kind !== 'approval' ? askedBetween(project, to, from) : undefined
  const answer = {by: from, sender, state: 'answered', words: text, isMessage: true} as const
  return asked ? answerApproval(project, asked.id, answer, messageId, now) : unchanged(project)
}

function current(project: Project, id: string): Message {
  return project.messages.find((message) => message.id === id)!
}
