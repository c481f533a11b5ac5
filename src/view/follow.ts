import {hasCode} from '@orch/plugin-kit'
import type {SupervisorClient} from '@orch/plugin-kit/command'
import {timeoutSignal} from '../adapters/timeout-signal.js'
import type {FollowItem} from '../rpc/methods/follow.js'
import type {Outcome} from '../services/status/outcome.js'
import type {Progress} from './progress.js'

const ENDS = ['completed', 'failed', 'cancelled']
const READY = ['running', 'verifying', 'merging']

export interface FollowRequest {
  readonly project: string
  /** `ready`: until the team is up; `end`: until nothing more happens by itself. */
  readonly until: 'ready' | 'end'
  /** A person is at a terminal. */
  readonly attended: boolean
  /** The project is to end when its command goes away without a word. */
  readonly guard?: boolean
  /** Milliseconds after which it stops looking; none without it. */
  readonly timeoutMs: number | null
  readonly signal: AbortSignal
}

export interface Followed {
  readonly outcome: Outcome
  readonly why: 'reached' | 'timeout' | 'detached'
}

/** Follows a project on the screen. The supervisor may come and go meanwhile: the stream is taken up again. */
export async function follow(client: SupervisorClient, progress: Progress, request: FollowRequest): Promise<Followed> {
  const stop = request.timeoutMs === null ? request.signal : timeoutSignal(request.signal, request.timeoutMs)
  let last: Outcome | undefined
  while (!stop.aborted) {
    const {project, attended, guard} = request
    const items = client.stream<FollowItem>('project.follow', {project, attended, ...(guard ? {guard} : {})}, {signal: stop})
    for await (const item of surviving(items)) {
      last = item.outcome
      progress.show(item.project, item.events, item.needsYou)
      if (isReached(item.outcome.state, request.until)) return {outcome: item.outcome, why: 'reached'}
    }
  }
  return {
    outcome: last ?? (await client.call<Outcome>('project.outcome', {project: request.project}, {idempotent: true})),
    why: request.signal.aborted ? 'detached' : 'timeout',
  }
}

function isReached(state: string, wanted: FollowRequest['until']): boolean {
  return ENDS.includes(state) || state === 'blocked' || (wanted === 'ready' && READY.includes(state))
}

/** The items of a stream; that the supervisor goes away is the end of the stream, not of the project. */
async function* surviving<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* items
  } catch (error) {
    if (!hasCode(error, 'ORCH_SUPERVISOR')) throw error
  }
}
