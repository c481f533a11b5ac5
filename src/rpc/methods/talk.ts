import {OrchError, type Caller} from '@orch/plugin-kit'
import type {Message} from '../../domain/message.js'
import type {Project} from '../../domain/project.js'
import {isFinished} from '../../domain/project-states.js'
import type {Store} from '../../domain/store.js'
import type {Claims} from '../../services/claims.js'
import type {Feed} from '../../services/feed.js'
import type {Post} from '../../services/post.js'
import type {Recorder} from '../../services/recorder.js'
import type {RollCall} from '../../services/roll-call.js'
import type {ProjectControl} from '../../services/project-control.js'
import {call, params, type CallContext, type Methods} from '../method.js'

interface TalkMethodsOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly feed: Feed
  readonly post: Post
  readonly claims: Claims
  readonly control: ProjectControl
  readonly rollCall: RollCall
}

const text = {type: 'string', maxLength: 1_000_000}

interface SendParams {
  /** Made by the caller, so that a call made again sends nothing twice. */
  readonly id?: string
  readonly project?: string
  readonly to: string
  readonly text: string
  readonly kind?: 'text' | 'question'
  /** Milliseconds; the answer comes after a receipt, or then. */
  readonly waitMs?: number
}

/** Messages and claims: who calls is known by the token of its run. */
export function talkMethods(options: TalkMethodsOptions): Methods {
  const {store, recorder, feed, post, claims, control, rollCall} = options

  const projectOf = async (caller: Caller, name: string | undefined): Promise<Project> => {
    if (caller.agent) return (await store.load(caller.agent.project))!
    return name === undefined ? rollCall.only() : rollCall.project(name)
  }

  const send = async ({id: key, project: name, to, text: body, kind, waitMs}: SendParams, {caller, signal}: CallContext) => {
    // `p_7f:developer` names project and role; inside an agent the role alone does.
    const [before, after] = to.includes(':') ? to.split(':', 2) : [undefined, to]
    const project = await projectOf(caller, before ?? name)
    const recipient = rollCall.agent(project, after)
    const letter = {
      from: caller.agent?.agent ?? 'person',
      sender: caller.agent?.role ?? 'person',
      to: recipient.id,
      kind: kind ?? 'text',
      text: body,
    }
    const {id} = await post.accept(project.id, letter, key)
    if (waitMs) await received(project.id, id, waitMs, signal)
    return receipt(findMessage(await store.load(project.id), id))
  }

  const received = async (projectId: string, id: string, waitMs: number, signal: AbortSignal): Promise<void> => {
    const settled = (project: Project) =>
      isFinished(project.state) || ['acknowledged', 'expired', 'dead'].includes(findMessage(project, id).state)
    await feed
      .until(projectId, () => store.project(projectId), settled, AbortSignal.any([signal, AbortSignal.timeout(waitMs)]))
      .catch(() => undefined)
  }

  /** A question, and the first thing its recipient says to the asker afterwards. */
  const ask = async ({to, question, timeoutMs}: {to: string; question: string; timeoutMs: number}, context: CallContext) => {
    const {project, agent} = own(context.caller)
    const asked = await send({to, text: question, kind: 'question'}, context)
    const answerIn = (record: Project) =>
      record.messages.find((message) => message.from === asked.to && message.to === agent && message.acceptedAt >= asked.acceptedAt)
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(timeoutMs)])
    await feed
      .until(
        project,
        () => store.project(project),
        (record) => answerIn(record) !== undefined,
        signal,
      )
      .catch(() => undefined)
    const record = await store.load(project)
    return {id: asked.id, answer: (record && answerIn(record)?.text) ?? null}
  }

  const own = (caller: Caller): {project: string; agent: string} => {
    if (caller.agent) return caller.agent
    throw new OrchError('ORCH_USAGE', {what: 'Only an agent can say this.', hint: 'The command works inside an agent that orch started.'})
  }

  return {
    'message.send': call(
      params(
        {
          id: {type: 'string', pattern: '^m_[0-9a-z]{6,32}$'},
          project: text,
          to: text,
          text,
          kind: {enum: ['text', 'question']},
          waitMs: {type: 'integer', minimum: 0},
        },
        ['to', 'text'],
      ),
      send,
    ),
    'message.ask': call(params({to: text, question: text, timeoutMs: {type: 'integer', minimum: 1}}, ['to', 'question', 'timeoutMs']), ask),
    'message.list': call(
      params({project: text}),
      async ({project}: {project?: string}, {caller}) => (await projectOf(caller, project)).messages,
    ),
    'message.inbox': call(params({}), async (_: object, {caller}) => {
      const {project, agent} = own(caller)
      return ((await store.load(project))?.messages ?? []).filter(({to}) => to === agent)
    }),
    'message.read': call(params({id: text}, ['id']), async ({id}: {id: string}, {caller}) => {
      const {project, agent} = own(caller)
      const changed = await recorder.change(project, (before, now) => {
        const messages = before.messages.map((message) =>
          message.to === agent && message.id.startsWith(id) ? {...message, readAt: message.readAt ?? now} : message,
        )
        return {project: {...before, messages}, events: []}
      })
      return changed.messages.filter((message) => message.to === agent && message.id.startsWith(id))
    }),
    'claim.done': call(
      params({message: text, evidence: {type: 'array', items: text}}, ['message', 'evidence']),
      async (claim: {message: string; evidence: string[]}, {caller}) => {
        const {project, agent} = own(caller)
        await claims.claim(project, agent, claim)
        return {recorded: true}
      },
    ),
    'claim.fail': call(params({reason: text}, ['reason']), async ({reason}: {reason: string}, {caller}) => {
      const {project, agent} = own(caller)
      await control.fail(project, agent, reason)
      return {recorded: true}
    }),
  }
}

function findMessage(project: Project | undefined, id: string): Message {
  const message = project?.messages.find((candidate) => candidate.id === id)
  if (!message) throw new OrchError('ORCH_NOT_FOUND', {what: 'message', name: id})
  return message
}

/** What `orch send --json` says. */
export function receipt({id, to, state, heldBy, acceptedAt, offeredAt, submittedAt, acknowledgedAt}: Message) {
  return {id, to, state, heldBy, acceptedAt, offeredAt, submittedAt, acknowledgedAt}
}
