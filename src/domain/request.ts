import {OrchError} from '@orch/plugin-kit'
import {sequence, unchanged, type Change} from './change.js'
import type {DomainEvent} from './event.js'
import {accept, giveUp} from './mailbox.js'
import {newMessage, type Letter} from './message.js'
import {findAgent} from './project.js'
import {copyFor} from './routing.js'
import type {Approval} from './model/request.js'
import type {Project} from './model/project.js'
import type {Message} from './model/message.js'

/** Who decides when no role of the team shall. */
export const PERSON = 'person'
export const ORCHESTRATOR = 'orchestrator'

/** A request before it is on record. */
export interface Request {
  readonly id: string
  readonly from: string
  readonly asker: string
  readonly approver: string
  readonly question: string
  readonly timeoutMs: number
  readonly fallback: string | null
}

/** A verdict of somebody. */
export interface Answer {
  readonly by: string
  /** How the asker reads who it was. */
  readonly sender: string
  readonly state: 'approved' | 'denied' | 'answered'
  readonly words: string | null
  /** The answer itself is a message, so the asker needs no second one. */
  readonly isMessage?: boolean
}

/** Requests of one asker that may be open: each is a line under "Needs you". */
const MAX_PENDING = 10

/** Puts a request on record and to its approver; asked again with the same id it is the same request. @throws ORCH_REFUSED */
export function requestApproval(project: Project, request: Request, messageId: string, now: number): Change {
  if (project.requests.some(({id}) => id === request.id)) return unchanged(project)
  if (request.from === request.approver)
    throw new OrchError('ORCH_REFUSED', {what: 'The request', why: 'no one approves their own', remedy: 'Ask another role, or person.'})
  if (pendingIn(project).filter(({from}) => from === request.from).length >= MAX_PENDING)
    throw new OrchError('ORCH_REFUSED', {
      what: 'The request',
      why: `${request.asker} has ${MAX_PENDING} requests without an answer`,
      remedy: 'Wait for answers, or ask one question in place of many.',
    })
  const asked = findAgent(project, request.approver)
  if (asked?.left)
    throw new OrchError('ORCH_REFUSED', {
      what: 'The request',
      why: `${asked.role} has left the team`,
      remedy: 'Ask another role, or person.',
    })
  const approval: Approval = {
    ...request,
    deadline: request.approver === PERSON && request.fallback === null ? null : now + request.timeoutMs,
    state: 'pending',
    escalated: [],
    answer: null,
    answeredBy: null,
    askedAt: now,
    answeredAt: null,
  }
  const withRequest: Project = {...project, requests: [...project.requests, approval]}
  return put(withRequest, approval, messageId, now, [told(approval, request.asker)])
}

/**
 * Records an answer and tells the asker.
 * @throws ORCH_NOT_FOUND, ORCH_REFUSED for the asker himself and for one who was not asked, ORCH_CLASH when it is settled
 */
export function answerApproval(project: Project, id: string, answer: Answer, messageId: string, now: number): Change {
  const approval = project.requests.find((candidate) => candidate.id === id)
  if (!approval) throw new OrchError('ORCH_NOT_FOUND', {what: 'request', name: id, known: pendingIn(project).map((pending) => pending.id)})
  requireRight(project, approval, answer.by)
  if (approval.state !== 'pending') {
    const isSameWords = answer.state !== 'answered' || approval.answer === answer.words
    if (approval.state === answer.state && approval.answeredBy === answer.by && isSameWords) return unchanged(project)
    throw new OrchError('ORCH_CLASH', {
      what: `The request ${id}`,
      why: `it is ${approval.state} already`,
      remedy: 'Ask again if that was wrong.',
    })
  }
  return settle(project, approval, answer, messageId, now)
}

/**
 * Withdraws the open requests of an agent whose run ended. Its next run gets a message about each.
 * @param when `you were stopped`
 */
export function withdrawRequests(project: Project, agent: string, when: string, newId: () => string, now: number): Change {
  return pendingIn(project)
    .filter(({from}) => from === agent)
    .reduce<Change>(
      (before, approval) => {
        const after = withdraw(before.project, approval, when, newId(), now)
        return {project: after.project, events: [...before.events, ...after.events]}
      },
      {project, events: []},
    )
}

function withdraw(project: Project, approval: Approval, when: string, messageId: string, now: number): Change {
  const withdrawn: Approval = {...approval, state: 'withdrawn', answeredBy: 'orch', answeredAt: now, deadline: null}
  const words = `Your request ${approval.id} was closed when ${when}. Ask again if you still need the answer. It was: ${approval.question}`
  const unread = project.messages.filter(({kind, cause, state}) => kind === 'approval' && cause === approval.id && state === 'accepted')
  return sequence(
    replace(project, withdrawn),
    ...unread.map(
      (message) =>
        (current: Project): Change =>
          giveUp(current, message, 'expired', 'the request was withdrawn', now),
    ),
    (current) => tell(current, withdrawn, {sender: 'orch', from: 'orch', text: words}, messageId, now, told(withdrawn, 'orch')),
  )
}

/** What becomes of requests whose time is over: their default counts, or the next in line is asked: orchestrator, then person. */
export function overdueApprovals(project: Project, newId: () => string, now: number): Change {
  const overdue = pendingIn(project).filter(({deadline}) => deadline !== null && deadline <= now)
  return overdue.reduce<Change>(
    (before, approval) => {
      const after =
        approval.fallback === null ? escalate(before.project, approval, newId(), now) : applyDefault(before.project, approval, newId(), now)
      return {project: after.project, events: [...before.events, ...after.events]}
    },
    {project, events: []},
  )
}

/** Reassigns open requests of an agent that can no longer answer: to the orchestrator, then a person. */
export function handOnRequests(project: Project, approver: string, newId: () => string, now: number): Change {
  const theirs = pendingIn(project).filter((approval) => approval.approver === approver)
  return sequence(project, ...theirs.map((approval) => (before: Project) => escalate(before, approval, newId(), now)))
}

export function pendingIn({requests}: Project): readonly Approval[] {
  return requests.filter(({state}) => state === 'pending')
}

/** The oldest open question of one agent to another, which a plain message between them answers. */
export function askedBetween(project: Project, asker: string, approver: string): Approval | undefined {
  return pendingIn(project).find((approval) => approval.from === asker && approval.approver === approver)
}

function requireRight(project: Project, {from, approver, id}: Approval, by: string): void {
  const refuse = (why: string) => {
    throw new OrchError('ORCH_REFUSED', {what: `The answer to ${id}`, why, remedy: 'Only who was asked, or a person, may answer.'})
  }
  if (by === from) refuse('no one approves their own request')
  if (by === PERSON || by === approver) return
  refuse(approver === PERSON ? 'it is for a person to decide' : `it was put to ${findAgent(project, approver)?.role ?? approver}`)
}

function settle(project: Project, approval: Approval, answer: Answer, messageId: string, now: number): Change {
  const settled: Approval = {
    ...approval,
    state: answer.state,
    answer: answer.words,
    answeredBy: answer.by,
    answeredAt: now,
    deadline: null,
  }
  const event = told(settled, answer.sender)
  if (answer.isMessage) return {project: replace(project, settled), events: [event]}
  const words = `Your request ${approval.id} is ${answer.state} by ${answer.sender}${answer.words ? `: ${answer.words}` : '.'}`
  return tell(replace(project, settled), settled, {sender: answer.sender, from: answer.by, text: words}, messageId, now, event)
}

function applyDefault(project: Project, approval: Approval, messageId: string, now: number): Change {
  const settled: Approval = {
    ...approval,
    state: 'defaulted',
    answer: approval.fallback,
    answeredBy: 'orch',
    answeredAt: now,
    deadline: null,
  }
  const words = `Your request ${approval.id} got no answer in time. Its default counts: ${approval.fallback}.`
  return tell(replace(project, settled), settled, {sender: 'orch', from: 'orch', text: words}, messageId, now, told(settled, 'orch'))
}

function escalate(project: Project, approval: Approval, messageId: string, now: number): Change {
  const hub = project.agents.find(({role, left}) => role === ORCHESTRATOR && !left)?.id
  const tried = [...approval.escalated, approval.approver]
  const approver = hub && hub !== approval.from && !tried.includes(hub) ? hub : PERSON
  const next: Approval = {...approval, approver, escalated: tried, deadline: approver === PERSON ? null : now + approval.timeoutMs}
  return put(replace(project, next), next, messageId, now, [told(next, 'orch')])
}

/** Puts the question to its approver; a person reads it in the status. */
function put(project: Project, approval: Approval, messageId: string, now: number, events: DomainEvent[]): Change {
  if (approval.approver === PERSON) return {project, events}
  const {id, from, asker, question} = approval
  const text = `${question}\nAnswer with: orch approve ${id} | orch deny ${id} --reason "…" | or in words: orch answer ${id} "…"`
  const letter: Letter = {from, sender: asker, to: approval.approver, kind: 'approval', priority: 'high', cause: id, text}
  const accepted = acceptWithCopy(project, newMessage(messageId, letter, now), now)
  return {project: accepted.project, events: [...events, ...accepted.events]}
}

function tell(
  project: Project,
  {id, from}: Approval,
  {sender, from: by, text}: {sender: string; from: string; text: string},
  messageId: string,
  now: number,
  event: DomainEvent,
): Change {
  if (!findAgent(project, from)) return {project, events: [event]}
  const letter: Letter = {from: by, sender, to: from, kind: 'answer', priority: 'high', cause: id, text}
  const answered = acceptWithCopy(project, newMessage(messageId, letter, now), now)
  return {project: answered.project, events: [event, ...answered.events]}
}

/** The message in its mailbox, and its copy in the hub's where the policy of the project wants one. */
function acceptWithCopy(project: Project, message: Message, now: number): Change {
  const copy = copyFor(project, message)
  return sequence(
    project,
    (before) => accept(before, message),
    (before) => (copy ? accept(before, newMessage(`${message.id}c`, copy, now)) : unchanged(before)),
  )
}

function replace(project: Project, approval: Approval): Project {
  return {...project, requests: project.requests.map((other) => (other.id === approval.id ? approval : other))}
}

function told({id, state, approver, from}: Approval, by: string): DomainEvent {
  return {type: 'approval', agent: from === PERSON ? null : from, data: {id, to: state, approver, by}}
}
