import {OrchError} from '@orch/plugin-kit'
import {isOpen, type Letter} from './message.js'
import {findAgent} from './project.js'
import {isFinished} from './project-states.js'
import type {MessagePolicy} from './model/message-policy.js'
import type {Project} from './model/project.js'
import type {Message} from './model/message.js'
import type {Agent} from './model/agent.js'

export const DEFAULT_MESSAGE_POLICY: MessagePolicy = {perMinute: 60, maxHops: 16, digestMs: 30_000, hub: null}

const MINUTE_MS = 60_000
/** A person, or a script that calls as one, may send ten times what agents may. */
const PERSON_FACTOR = 10
/** Messages that one recipient may have unread; each change of the record writes all of them. */
const MAX_OPEN = 500
/** Characters of one message, about 100 pages. */
const MAX_CHARS = 512 * 1024
const ORCH = 'orch'
/** Milliseconds after which an answer begins a new conversation: a loop is fast, people and thought are not. */
const THREAD_MS = 600_000

/** The rules a project's messages go by. */
export function messagePolicyOf({options}: Project): MessagePolicy {
  return options.messagePolicy ?? DEFAULT_MESSAGE_POLICY
}

/**
 * The letter as it may be sent: with what led to it, and how long that chain is.
 * @throws ORCH_USAGE, ORCH_REFUSED for the sender itself or a loop, ORCH_FLOOD, ORCH_CLASH for a project that is over
 */
export function route(project: Project, letter: Letter, now: number): Letter {
  requireSendable(project, letter)
  const isAgent = findAgent(project, letter.from) !== undefined
  const cause = causeOf(project, letter, now)
  const routed = {...letter, cause: letter.cause ?? cause?.id ?? null, hops: letter.hops ?? (cause ? cause.hops + 1 : 0)}
  const {maxHops, perMinute} = messagePolicyOf(project)
  if (routed.hops > maxHops) {
    throw new OrchError('ORCH_REFUSED', {
      what: 'The message',
      why: `${routed.hops} messages have led to it, one answering the other: that is a loop`,
      remedy: 'Do something else first, or let a person or the orchestrator settle it.',
    })
  }
  requireRoom(project, letter, isAgent ? perMinute : perMinute * PERSON_FACTOR, isAgent, now)
  return routed
}

/** Whom reports go to: the hub of the policy, else the orchestrator. */
export function hubOf(project: Project): Agent | undefined {
  const role = messagePolicyOf(project).hub?.role ?? 'orchestrator'
  return project.agents.find((agent) => agent.role === role && !agent.left)
}

/** The copy for the hub, when the policy of the project asks for one. A copy is never refused and never copied. */
export function copyFor(project: Project, message: Message): Letter | null {
  const {hub} = messagePolicyOf(project)
  const target = hub && project.agents.find(({role, left}) => role === hub.role && !left)
  if (!hub || !target || !findAgent(project, message.from)) return null
  if (target.id === message.from || target.id === message.to || !hub.copies.includes(message.kind)) return null
  return {
    from: message.from,
    sender: message.sender,
    to: target.id,
    kind: message.kind,
    priority: 'low',
    cause: message.id,
    hops: message.hops + 1,
    file: message.file,
    text: `(copy, to ${roleOf(project, message.to)}) ${message.text}`,
  }
}

/** What an agent claims, to the hub, where the policy of the project wants claims copied. */
export function claimFor(project: Project, {id: from, role: sender}: Agent, text: string): Letter | null {
  const hub = messagePolicyOf(project).hub?.copies.includes('claim') ? hubOf(project) : undefined
  return hub && hub.id !== from ? {from, sender, to: hub.id, kind: 'claim', priority: 'low', text} : null
}

function requireSendable(project: Project, {from, to, text, kind}: Letter): void {
  if (isFinished(project.state))
    throw new OrchError('ORCH_CLASH', {what: 'The message', why: `the project is ${project.state}`, remedy: 'Its agents have stopped.'})
  const recipient = findAgent(project, to)
  if (recipient?.left)
    throw new OrchError('ORCH_CLASH', {
      what: 'The message',
      why: `${recipient.role} has left the team`,
      remedy: 'Name another role: orch agent list',
    })
  if (text.trim() === '') throw new OrchError('ORCH_USAGE', {what: 'The message is empty.', hint: 'Say something: orch send ROLE "text"'})
  if (from === to)
    throw new OrchError('ORCH_REFUSED', {what: 'The message', why: 'it goes to its own sender', remedy: 'Name another recipient.'})
  if (kind === 'command' && !/^\/[a-z][\w:-]*(?: [^\n\p{Cc}]*)?$/u.test(text))
    throw new OrchError('ORCH_USAGE', {what: 'That is not a slash command.', hint: 'One line that begins with a slash: /compact'})
}

/** What was named as the cause, or the last thing its recipient said to the sender that the sender has not answered yet. */
function causeOf({messages}: Project, {from, to, cause}: Letter, now: number): Message | undefined {
  if (cause) return messages.find(({id}) => id === cause)
  const between = messages.findLast(
    (message) => (message.from === from && message.to === to) || (message.from === to && message.to === from),
  )
  const answers = between?.from === to && between.acknowledgedAt !== null && now - between.acknowledgedAt < THREAD_MS
  return answers ? between : undefined
}

/** Bounds what one recipient gets, from any sender and however urgent. @throws ORCH_FLOOD, ORCH_USAGE */
function requireRoom(project: Project, {to, from, text, priority}: Letter, perMinute: number, isAgent: boolean, now: number): void {
  if (from === ORCH) return
  if (text.length > MAX_CHARS)
    throw new OrchError('ORCH_USAGE', {
      what: `The message has more than ${MAX_CHARS} characters.`,
      hint: 'Write it to a file, and send its path.',
    })
  const others = project.messages.filter((message) => message.to === to && message.from !== ORCH)
  // Urgent messages have a minute of their own, so that a flood of others does not keep back what would stop it.
  const alike = (message: Message) =>
    isAgent === (findAgent(project, message.from) !== undefined) && (message.priority === 'urgent') === (priority === 'urgent')
  if (others.filter((message) => message.acceptedAt > now - MINUTE_MS && alike(message)).length >= perMinute)
    throw new OrchError('ORCH_FLOOD', {to: roleOf(project, to), perMinute})
  const open = others.filter(isOpen).length
  if (open >= MAX_OPEN) throw new OrchError('ORCH_FLOOD', {to: roleOf(project, to), perMinute, open})
}

function roleOf(project: Project, id: string): string {
  return findAgent(project, id)?.role ?? id
}
