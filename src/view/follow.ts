import {hasCode} from '@orch/plugin-kit'
import type {SupervisorClient} from '@orch/plugin-kit/command'
import type {FollowItem} from '../rpc/methods/projects.js'
import type {Outcome} from '../services/outcome.js'
import type {Progress} from './progress.js'

const ENDS = ['completed', 'failed', 'cancelled']
const READY = ['running', 'verifying', 'merging']

export interface FollowRequest {
  readonly project: string
  /** `ready`: until the team is up; `end`: until nothing more happens by itself. */
  readonly until: 'ready' | 'end'
  /** A person is at a terminal. */
  readonly attended: boolean
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
  const stop = AbortSignal.any([request.signal, ...(request.timeoutMs === null ? [] : [AbortSignal.timeout(request.timeoutMs)])])
  let last: Outcome | undefined
  while (!stop.aborted) {
    for await (const item of until(
      client.stream<FollowItem>('project.follow', {project: request.project, attended: request.attended}),
      stop,
    )) {
      last = item.outcome
      progress.show(item.project, item.events)
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

/** The items of a stream until a signal; a stream that breaks off just ends. */
async function* until<T>(items: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]()
  let stop: () => void = () => {}
  const aborted = new Promise<IteratorResult<T>>((resolve) => (stop = () => resolve({done: true, value: undefined})))
  signal.addEventListener('abort', stop)
  try {
    for (;;) {
      const next = await Promise.race([iterator.next().catch(endOfStream<T>), aborted])
      if (next.done) return
      yield next.value
    }
  } finally {
    signal.removeEventListener('abort', stop)
    void iterator.return?.(undefined)
  }
}

/** The supervisor went away: that is the end of this stream, not of the project. */
function endOfStream<T>(error: unknown): IteratorResult<T> {
  if (hasCode(error, 'ORCH_SUPERVISOR')) return {done: true, value: undefined}
  throw error
}
