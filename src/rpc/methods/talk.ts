import {OrchError, type Caller, type Clock} from '@orch/plugin-kit'
import {isOpen, type Letter, type Message, type MessageKind, type Priority} from '../../domain/message.js'
import {PRIORITIES} from '../../domain/message.js'
import {isFinished} from '../../domain/project-states.js'
import type {Project} from '../../domain/project.js'
import type {Files} from '../../domain/files.js'
import type {Store} from '../../domain/store.js'
import type {Feed} from '../../services/feed.js'
import type {Post} from '../../services/post.js'
import type {Recorder} from '../../services/recorder.js'
import type {RollCall} from '../../services/roll-call.js'
import type {MailArchive} from '../../services/talk/mail-archive.js'
import {call, params, type CallContext, type Methods} from '../method.js'
import {MESSAGE_ID, ownAgent, TEXT} from './caller.js'

interface TalkMethodsOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly feed: Feed
  readonly post: Post
  readonly archive: MailArchive
  readonly rollCall: RollCall
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
export function talkMethods(options: TalkMethodsOptions): Methods {
  const {store, recorder, feed, post, archive, rollCall, clock, files, commandsOf} = options

  const projectOf = async (caller: Caller, name: string | undefined): Promise<Project> => {
    if (caller.agent) return (await store.load(caller.agent.project))!
    return name === undefined ? rollCall.only() : rollCall.project(name)
  }

  const send = async (request: SendParams, {caller, signal}: CallContext) => {
    // `p_7f:developer` names project and role; inside an agent the role alone does.
    const [before, roles] = request.to.includes(':') ? request.to.split(':', 2) : [undefined, request.to]
    const project = await projectOf(caller, before ?? request.project)
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
    if (roles === 'all') return project.agents.filter(({id}) => id !== caller.agent?.agent)
    const named = roles.split(',').filter(Boolean)
    return [...new Map(named.map((name) => rollCall.agent(project, name)).map((agent) => [agent.id, agent])).values()]
  }

  const received = async (projectId: string, ids: readonly string[], waitMs: number, signal: AbortSignal): Promise<void> => {
    const settled = (project: Project) => isFinished(project.state) || ids.every((id) => !isOpen(findMessage(project, id)))
    await feed
      .until(projectId, () => store.project(projectId), settled, AbortSignal.any([signal, AbortSignal.timeout(waitMs)]))
      .catch(() => undefined)
  }

  return {
    'message.send': call(SEND, send),
    'message.list': call(params({project: TEXT}), async ({project}: {project?: string}, {caller}) =>
      archive.all(await projectOf(caller, project)),
    ),
    'message.inbox': call(params({}), async (_: object, {caller}) => {
      const {project, agent} = ownAgent(caller)
      return ((await store.load(project))?.messages ?? []).filter(({to}) => to === agent)
    }),
    'message.read': call(params({id: TEXT}, ['id']), async ({id}: {id: string}, {caller}) => {
      const {project, agent} = ownAgent(caller)
      const mine = (message: Message) => message.to === agent && message.id.startsWith(id)
      const changed = await recorder.change(project, (before, now) => {
        if (!before.messages.some((message) => mine(message) && message.readAt === null)) return {project: before, events: []}
        const messages = before.messages.map((message) => (mine(message) ? {...message, readAt: message.readAt ?? now} : message))
        return {project: {...before, messages}, events: []}
      })
      return Promise.all((await archive.all(changed)).filter(mine).map(whole))
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
function receipt({id, to, state, heldBy, reason, acceptedAt, offeredAt, submittedAt, acknowledgedAt}: Message) {
  return {id, to, state, heldBy, reason, acceptedAt, offeredAt, submittedAt, acknowledgedAt}
}
