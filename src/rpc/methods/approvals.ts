import {OrchError, type Caller} from '@orch/plugin-kit'
import {PERSON, pendingIn, type Answer} from '../../domain/request.js'
import {presetTerms, type Terms} from '../../domain/authorization.js'
import {isFinished} from '../../domain/project-states.js'
import type {Store} from '../../domain/ports/store.js'
import type {ChangeFeed} from '../../services/record/change-feed.js'
import type {ProjectFinder} from '../../services/status/find-project.js'
import type {Requests} from '../../services/requests/requests.js'
import {call, params, type CallContext, type OwnMethods} from '../method.js'
import {meantBy, projectOf, TEXT} from './caller.js'
import type {Project} from '../../domain/model/project.js'
import type {Approval} from '../../domain/model/request.js'

interface ApprovalMethodsOptions {
  readonly store: Store
  readonly feed: ChangeFeed
  readonly rollCall: ProjectFinder
  readonly approvals: Requests
}

interface AskParams {
  /** Made by the caller: a call made again asks nothing twice. */
  readonly id: string
  readonly project?: string
  /** Role or `person`; none with an action. */
  readonly to?: string
  /** One the team template lists: the template says who decides, by when, and what counts without an answer. */
  readonly action?: string
  readonly question: string
  readonly timeoutMs?: number
  readonly fallback?: string
  /** The answer comes when it is settled, or when its time is over. */
  readonly wait: boolean
}

interface AnswerParams {
  readonly id: string
  readonly verdict: 'approved' | 'denied' | 'answered'
  /** The words of the answer; needed when it is neither yes nor no. */
  readonly reason?: string
}

/** Milliseconds after its time within which a request is settled by orch. */
const SETTLE_MS = 5_000
/** Default time to answer a request. */
const DEFAULT_MS = 15 * 60_000
const ASK = {
  id: {type: 'string', pattern: '^q_[0-9a-z]{6,40}$'},
  project: TEXT,
  to: TEXT,
  action: TEXT,
  question: TEXT,
  timeoutMs: {type: 'integer', minimum: 1_000, maximum: 30 * 24 * 3_600_000},
  fallback: TEXT,
  wait: {type: 'boolean'},
}

/** Requests for a decision. */
export function approvalMethods({store, feed, rollCall, approvals}: ApprovalMethodsOptions): OwnMethods {
  const ask = async (asked: AskParams, {caller, signal}: CallContext): Promise<Approval> => {
    const {id, question, wait} = asked
    if (question.trim() === '') throw new OrchError('ORCH_USAGE', {what: 'The question is empty.', hint: 'orch ask ROLE "question"'})
    const project = await projectOf(rollCall, caller, asked.project)
    const from = caller.agent?.agent ?? PERSON
    const terms = termsOf(project, from, asked)
    await approvals.request(project.id, {id, question, ...terms, from, asker: caller.agent?.role ?? PERSON})
    if (wait) await settled(project.id, id, terms.timeoutMs + SETTLE_MS, signal)
    return (await store.load(project.id))!.requests.find((approval) => approval.id === id)!
  }

  const termsOf = (project: Project, from: string, {to, action, timeoutMs, fallback}: AskParams): Terms => {
    if (action !== undefined) {
      if (to === undefined && timeoutMs === undefined && fallback === undefined) return presetTerms(project, action, from)
      throw new OrchError('ORCH_USAGE', {
        what: 'What the template lists is decided as the template says.',
        hint: 'Name the action and the question alone.',
      })
    }
    if (to === undefined) throw new OrchError('ORCH_USAGE', {what: 'No one to ask was named.', hint: 'Name a role, person, or an action.'})
    const approver = to === PERSON ? PERSON : rollCall.agent(project, to).id
    return {approver, timeoutMs: timeoutMs ?? DEFAULT_MS, fallback: fallback ?? null}
  }

  const settled = (project: string, id: string, timeoutMs: number, signal: AbortSignal): Promise<void> =>
    feed
      .within(
        project,
        // Requests of a finished project are closed.
        (record) => isFinished(record.state) || record.requests.find((approval) => approval.id === id)?.state !== 'pending',
        timeoutMs,
        signal,
      )
      .then(
        () => undefined,
        () => undefined,
      )

  const answer = async ({id, verdict, reason}: AnswerParams, {caller}: CallContext): Promise<Approval> => {
    if (verdict === 'answered' && !reason?.trim())
      throw new OrchError('ORCH_USAGE', {what: 'The answer is empty.', hint: `orch answer ${id} "text"`})
    const {project, approval} = find(caller, id)
    const by = caller.agent?.agent ?? PERSON
    const given: Answer = {by, sender: caller.agent?.role ?? PERSON, state: verdict, words: reason ?? null}
    return approvals.answer(project.id, approval.id, given)
  }

  /** An agent finds the requests of its own project only. */
  const find = (caller: Caller, name: string): {project: Project; approval: Approval} => {
    const projects = store.projects().filter(({id}) => !caller.agent || id === caller.agent.project)
    const all = projects.flatMap((project) => project.requests.map((approval) => ({project, approval})))
    const matches = meantBy(name, all, ({approval: {id}}) => id)
    if (matches.length === 1) return matches[0]!
    const ids = matches.map(({approval: {id}}) => id)
    if (matches.length > 1) throw new OrchError('ORCH_AMBIGUOUS', {what: 'request', name, matches: ids})
    throw new OrchError('ORCH_NOT_FOUND', {what: 'request', name, known: projects.flatMap(pendingIn).map(({id}) => id)})
  }

  return {
    'approval.ask': call(params(ASK, ['id', 'question', 'wait']), ask),
    'approval.answer': call(
      params({id: TEXT, verdict: {enum: ['approved', 'denied', 'answered']}, reason: TEXT}, ['id', 'verdict']),
      answer,
    ),
    'approval.show': call(params({id: TEXT}, ['id']), async ({id}: {id: string}, {caller}) => find(caller, id).approval),
    'approval.list': call(
      params({project: TEXT}),
      async ({project}: {project?: string}, {caller}) => (await projectOf(rollCall, caller, project)).requests,
    ),
  }
}
