import type {Clock, Ids} from '@orch/plugin-kit'
import {sequence, unchanged, type Change} from '../../domain/change.js'
import {accept, giveUp, isUnderWay} from '../../domain/mailbox.js'
import {newMessage} from '../../domain/message.js'
import {findAgent} from '../../domain/project.js'
import type {Recorder} from '../record/recorder.js'
import type {Project} from '../../domain/model/project.js'
import type {Message} from '../../domain/model/message.js'
import type {Agent} from '../../domain/model/agent.js'

/** Milliseconds a message that was pasted waits for its receipt while its agent is not at work. */
const RECEIPT_MS = 600_000

interface MailSweepOptions {
  readonly recorder: Recorder
  readonly clock: Clock
  readonly ids: Ids
}

/** Ends messages that nobody will read: their time is over, or they were given and never proven. The sender is told. */
export class MessageExpiry {
  readonly #options: MailSweepOptions

  constructor(options: MailSweepOptions) {
    this.#options = options
  }

  /** To be called now and then. */
  async tick(project: Project): Promise<void> {
    const {recorder, clock, ids} = this.#options
    if (ends(project, clock.now()).length === 0) return
    await recorder.change(project.id, (before, now) =>
      sequence(
        before,
        ...ends(before, now).map(
          ({message, to, reason}) =>
            (current: Project): Change =>
              sequence(
                current,
                (mailbox) => giveUp(mailbox, message, to, reason, now),
                (mailbox) => tellSender(mailbox, message, to, reason, ids.next('m'), now),
              ),
        ),
      ),
    )
  }
}

interface End {
  readonly message: Message
  readonly to: 'expired' | 'dead'
  readonly reason: string
}

function ends(project: Project, now: number): End[] {
  return project.messages.flatMap((message): End[] => {
    if (message.state === 'accepted' && message.expiresAt !== null && message.expiresAt <= now)
      return [
        {message, to: 'expired', reason: `it could not be given in time${message.blockedBy ? ` (blocked by ${message.blockedBy})` : ''}`},
      ]
    const agent = findAgent(project, message.to)
    if (agent && isUnderWay(message) && now - quietSince(message, agent) > RECEIPT_MS)
      return [{message, to: 'dead', reason: 'it was given, and no receipt came in ten minutes'}]
    return []
  })
}

/** An agent at work takes what is queued at its own time; one that is limited takes nothing before the limit is over. */
function quietSince({offeredAt, submittedAt}: Message, {state, evidence}: Agent): number {
  const given = submittedAt ?? offeredAt ?? Infinity
  if (state === 'working' || state === 'limited' || state === 'needs-input') return submittedAt === null ? given : Infinity
  return Math.max(given, evidence.at)
}

/** Never about what orch itself says: nobody would hear it. */
function tellSender(project: Project, message: Message, to: string, reason: string, id: string, now: number): Change {
  if (!findAgent(project, message.from) || message.kind === 'system' || message.from === message.to) return unchanged(project)
  const role = findAgent(project, message.to)?.role ?? message.to
  const text = `Your message ${message.id} to ${role} is ${to}: ${reason}.`
  return accept(
    project,
    newMessage(id, {from: 'orch', sender: 'orch', to: message.from, kind: 'system', priority: 'low', cause: message.id, text}, now),
  )
}
