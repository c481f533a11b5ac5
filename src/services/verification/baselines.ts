import {messageOf, type Ids, type Logger} from '@orch/plugin-kit'
import {describeBaseline, mayHoldTree, needsBaseline, toBaseline} from '../../domain/baseline.js'
import {sequence, unchanged, type Change} from '../../domain/change.js'
import {accept} from '../../domain/mailbox.js'
import {newMessage} from '../../domain/message.js'
import {hasFailed} from '../../domain/merge.js'
import {isFinished} from '../../domain/project-states.js'
import {storageFailureIn} from '../../domain/storage.js'
import type {Store} from '../../domain/ports/store.js'
import type {Recorder} from '../record/recorder.js'
import type {VerificationTree} from './verification-tree.js'
import type {Project} from '../../domain/model/project.js'
import type {Baseline} from '../../domain/model/baseline.js'

interface BaselinesOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly tree: VerificationTree
  readonly ids: Ids
  readonly logger: Logger
}

/**
 * Runs the acceptance commands of a project once on its base, in a worktree of their own, while the team starts. A supervisor that starts again
 * begins anew what is not on record.
 */
export class Baselines {
  readonly #options: BaselinesOptions
  readonly #running = new Map<string, {stop: AbortController; done: Promise<void>}>()
  /** Projects whose base could not be looked at: they go without. */
  readonly #without = new Set<string>()

  constructor(options: BaselinesOptions) {
    this.#options = options
  }

  /** Begins it, unless it is on record, under way, or not wanted. */
  begin(project: Project): void {
    const {id} = project
    if (!needsBaseline(project) || this.#running.has(id) || this.#without.has(id)) return
    const stop = new AbortController()
    const done = this.#run(project, stop.signal).finally(() => this.#running.delete(id))
    this.#running.set(id, {stop, done})
  }

  /** Waits for what is under way. @returns what the base shows, or null when that is not known @throws the reason of the signal once that is aborted */
  async settled(projectId: string, signal: AbortSignal): Promise<Baseline | null> {
    const running = this.#running.get(projectId)
    if (running) await abortable(running.done, signal)
    return this.#options.store.project(projectId)?.baseline ?? null
  }

  /** Breaks off what is under way, with its processes; it may be begun anew. */
  async cancel(projectId: string): Promise<void> {
    const running = this.#running.get(projectId)
    running?.stop.abort(new Error('released'))
    await running?.done
    this.#without.delete(projectId)
  }

  /** Breaks it off for good, before the project is over: a worktree that was being made, or that a dead supervisor left, is taken away. */
  async end(project: Project): Promise<void> {
    await this.cancel(project.id)
    if (mayHoldTree(project) || (await this.#options.tree.exists(project))) await this.#removeTree(project)
  }

  async #run(project: Project, signal: AbortSignal): Promise<void> {
    const {tree, recorder, logger} = this.#options
    try {
      const {evidence, setUp} = await tree.use(project, project.base, signal, async () => {
        signal.throwIfAborted()
        return tree.check(project, project.base, null, signal)
      })
      await recorder.change(project.id, (before, now) => this.#record(before, toBaseline({commands: evidence, setUp}, now), now))
    } catch (error) {
      if (signal.aborted) return
      // A disk has room again: it is tried anew when the project's record changes.
      if (storageFailureIn(error) === null) this.#without.add(project.id)
      logger.error('the base could not be looked at', {project: project.id, error: messageOf(error)})
    }
    await this.#removeTree(project)
  }

  async #removeTree(project: Project): Promise<void> {
    const {tree, logger} = this.#options
    await tree.remove(project, project.base).catch((error: unknown) => {
      logger.warn('the worktree of the baseline stays', {project: project.id, path: tree.path(project), why: messageOf(error)})
    })
  }

  #record(project: Project, baseline: Baseline, now: number): Change {
    if (isFinished(project.state)) return unchanged(project)
    const failed = describeBaseline(baseline)
    const event = {type: 'baseline', agent: null, data: {outcome: baseline.outcome, failed}} as const
    // An agent that is not started yet reads it in its briefing.
    const told = project.agents.filter(({owes, state}) => owes === 'commits' && state !== 'planned' && state !== 'waiting-port')
    return sequence(
      project,
      (before) => ({project: {...before, baseline}, events: [event]}),
      ...(failed === null ? [] : told).map(({id: to}) => (before: Project) => {
        const letter = {from: 'orch', sender: 'orch', to, kind: 'system', text: baselineText(baseline)} as const
        return accept(before, newMessage(this.#options.ids.next('m'), letter, now))
      }),
    )
  }
}

/** Characters of output an agent is shown of each command. */
const SHOWN_CHARS = 1_500

/** What agents are told of a base that does not pass. */
export function baselineText(baseline: Baseline): string {
  const shown = [...(baseline.setUp ? [baseline.setUp] : []), ...baseline.commands.filter(hasFailed)]
  return [
    `On the base, before any of your work, ${describeBaseline(baseline) ?? 'everything passed'}.`,
    'It is a fact about the repository, not about what you did. If the specification asks for it, fix it; otherwise leave it, and say so in your claim.',
    ...shown.map(({command, output}) => `$ ${command}\n${lastLines(output)}`),
  ].join('\n')
}

/** The end of an output, from the beginning of a line. */
function lastLines(output: string): string {
  const end = output.slice(-SHOWN_CHARS)
  return end.length < output.length ? end.slice(end.indexOf('\n') + 1) : end
}

function abortable(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, {once: true})
    void work.finally(() => signal.removeEventListener('abort', abort)).then(resolve, reject)
  })
}
