import {OrchError, type Caller, type Clock} from '@orch/plugin-kit'
import {unchanged} from '../../domain/change.js'
import {teamOf} from '../../domain/leave-team.js'
import {isOpen, type Letter} from '../../domain/message.js'
import {isFinished} from '../../domain/project-states.js'
import type {Files} from '../../domain/ports/files.js'
import type {Store} from '../../domain/ports/store.js'
import type {ChangeFeed} from '../../services/record/change-feed.js'
import type {MessageDelivery} from '../../services/messages/delivery.js'
import type {Recorder} from '../../services/record/recorder.js'
import type {ProjectFinder} from '../../services/status/find-project.js'
import type {MessageArchiver} from '../../services/messages/archive.js'
import {call, params, type CallContext, type OwnMethods} from '../method.js'
import {MESSAGE_ID, meantBy, ownAgent, projectOf, TEXT} from './caller.js'
import type {Project} from '../../domain/model/project.js'
import {PRIORITIES, type Message, type MessageKind, type Priority} from '../../domain/model/message.js'

interface TalkMethodsOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly feed: ChangeFeed
  readonly post: MessageDelivery
  readonly archive: MessageArchiver
  readonly rollCall: ProjectFinder
  readonly clock: Clock
  readonly files: Files
  /** Slash commands an agent of this kind takes from others. */
  readonly commandsOf: (kind: string) => readonly string[]
}

interface SendParams {
  /** Made by the caller, so that a call made again sends nothing twice. */
  readonly id: string
  readonly project?: string
  /** Roles with commas between, `PROJECT:ROLE`, or `all`. */
  readonly to: string
  readonly text: string
  readonly kind?: Extract<MessageKind, 'text' | 'question' | 'answer' | 'command'>
  readonly priority?: Priority
  readonly replyTo?: string
  readonly expiresMs?: number
  /** Milliseconds; the answer comes after the receipts, or then. */
  readonly waitMs?: number
}

const SEND = params(
  {
    id: MESSAGE_ID,
    project: TEXT,
    to: TEXT,
    text: TEXT,
    kind: {enum: ['text', 'question', 'answer', 'command']},
    priority: {enum: [...PRIORITIES]},
    replyTo: TEXT,
    expiresMs: {type: 'integer', minimum: 1},
    waitMs: {type: 'integer', minimum: 0},
  },
  ['id', 'to', 'text'],
)

/** Messages: who calls is known by the token of its run. */
export function talkMethods(options: TalkMethodsOptions): OwnMethods {
  const {store, recorder, feed, post, archive, rollCall, clock, files, commandsOf} = options

  const send = async (request: SendParams, {caller, signal}: CallContext) => {
    // `p_7f:developer` names project and role; inside an agent the role alone does.
    const [, before, roles = request.to] = /^([^:]*):(.*)$/s.exec(request.to) ?? []
    const project = await projectOf(rollCall, caller, before ?? request.project)
    const recipients = recipientsOf(project, roles, caller)
    for (const {kind} of recipients) requireCommand(request, commandsOf(kind))
    const letter = (to: string): Letter => ({
      from: caller.agent?.agent ?? 'person',
      sender: caller.agent?.role ?? 'person',
      to,
      kind: request.kind ?? 'text',
      text: request.text,
      priority: request.priority ?? 'normal',
      cause: request.replyTo ?? null,
      expiresAt: request.expiresMs === undefined ? null : clock.now() + request.expiresMs,
    })
    const ids = recipients.map((_, index) => (index === 0 ? request.id : `${request.id}${index.toString(36)}`))
    await post.acceptAll(
      project.id,
      recipients.map(({id: to}, index) => ({id: ids[index]!, letter: letter(to)})),
    )
    if (request.waitMs) await received(project.id, ids, request.waitMs, signal)
    const record = await store.load(project.id)
    return ids.map((id) => receipt(findMessage(record, id)))
  }

  const whole = async (message: Message): Promise<Message> =>
    message.file === null ? message : {...message, text: (await files.readText(message.file)) ?? message.text}

  const recipientsOf = (project: Project, roles: string, caller: Caller) => {
    const others = teamOf(project).filter(({id}) => id !== caller.agent?.agent)
    const named = roles.split(',').filter(Boolean)
    const found = roles === 'all' ? others : named.map((name) => rollCall.agent(project, name))
    if (found.length === 0)
      throw new OrchError('ORCH_USAGE', {what: `No agent of ${project.name} is named.`, hint: 'Name a role: orch send ROLE "text"'})
    return [...new Map(found.map((agent) => [agent.id, agent])).values()]
  }

  const received = async (projectId: string, ids: readonly string[], waitMs: number, signal: AbortSignal): Promise<void> => {
    const settled = (project: Project) => isFinished(project.state) || ids.every((id) => !isOpen(findMessage(project, id)))
    await feed.within(projectId, settled, waitMs, signal).catch(() => undefined)
  }

  return {
    'message.send': call(SEND, send),
    'message.list': call(params({project: TEXT}), async ({project}: {project?: string}, {caller}) =>
      archive.all(await projectOf(rollCall, caller, project)),
    ),
    'message.inbox': call(params({}), async (_: object, {caller}) => {
      const {project, agent} = ownAgent(caller)
      return ((await store.load(project))?.messages ?? []).filter(({to}) => to === agent)
    }),
    'message.read': call(params({id: TEXT}, ['id']), async ({id}: {id: string}, {caller}) => {
      const {project, agent} = ownAgent(caller)
      const own = (await archive.all(await projectOf(rollCall, caller, undefined))).filter(({to}) => to === agent)
      const meant = meantBy(id, own, (message) => message.id)
      const ids = new Set(meant.map((message) => message.id))
      const {messages: now} = await recorder.change(project, (before, at) => {
        if (!before.messages.some((message) => ids.has(message.id) && message.readAt === null)) return unchanged(before)
        const messages = before.messages.map((message) => (ids.has(message.id) ? {...message, readAt: message.readAt ?? at} : message))
        return {project: {...before, messages}, events: []}
      })
      return Promise.all(meant.map((message) => whole(now.find((each) => each.id === message.id) ?? message)))
    }),
  }
}

function requireCommand({kind, text}: SendParams, known: readonly string[]): void {
  if (kind !== 'command') return
  if (known.includes(text.split(' ')[0]!)) return
  throw new OrchError('ORCH_USAGE', {
    what: `${text.split(' ')[0]} is not a command that may be sent to this agent.`,
    hint: known.length > 0 ? `These may: ${known.join(', ')}` : 'It takes none.',
  })
}

function findMessage(project: Project | undefined, id: string): Message {
  const message = project?.messages.find((candidate) => candidate.id === id)
  if (!message) throw new OrchError('ORCH_NOT_FOUND', {what: 'message', name: id})
  return message
}

/** What `orch send --json` says. */
function receipt({id, to, state, blockedBy, reason, acceptedAt, offeredAt, submittedAt, acknowledgedAt}: Message) {
  return {id, to, state, blockedBy, reason, acceptedAt, offeredAt, submittedAt, acknowledgedAt}
}
