import {OrchError, isOrchError, messageOf} from '../errors/index.js'
import {
  LIFECYCLE,
  type Answer,
  type EventName,
  type FoldedOf,
  type GateAnswer,
  type InputOf,
  type LifecycleRow,
  type Fold,
} from '../hooks/index.js'
import {latestOf} from './latest.js'
import {mergeDisjoint} from './merge-disjoint.js'

/** What oclif's `Config.runHook` answers. */
export interface HookRunResult {
  readonly successes: readonly {readonly result: unknown; readonly plugin: {readonly name: string}}[]
  readonly failures: readonly {readonly error: Error; readonly plugin: {readonly name: string}}[]
}

/** The one method of oclif's Config that the bus uses. */
export interface HookRunner {
  runHook(event: string, options: object, timeoutMs: number, captureErrors: boolean): Promise<HookRunResult>
}

export interface HookBusOptions {
  readonly runner: HookRunner
  /** Hooks each plugin declares, by plugin name. */
  readonly declared: ReadonlyMap<string, readonly string[]>
  /** Told of failures that stop nothing. */
  readonly warn: (failure: OrchError) => void
}

/** Events over oclif's hooks, with what oclif lacks: folds, time-outs, and failures that count. */
export class HookBus {
  readonly #options: HookBusOptions

  constructor(options: HookBusOptions) {
    this.#options = options
  }

  /**
   * Asks every plugin that declares `event`.
   * @returns the answers, folded as the lifecycle table says
   * @throws ORCH_HOOK_FAILED naming plugin and event (the error of the registry as it is when a plugin threw one), AggregateError for several; `notify` never throws
   */
  async emit<E extends EventName>(event: E, input: InputOf<E>): Promise<FoldedOf<E>> {
    const row: LifecycleRow<Fold> = LIFECYCLE[event]
    // Thousands of messages end with their project, and nobody asks.
    if (row.fold === 'notify' && !this.#isDeclared(event)) return undefined as FoldedOf<E>
    const {answers, failures} = await this.#ask(event, input, row.timeoutMs)
    if (row.fold === 'notify') {
      for (const failure of failures) this.#options.warn(failure)
      return undefined as FoldedOf<E>
    }
    const [only] = failures
    if (failures.length === 1) throw only as Error
    if (failures.length > 1) throw new AggregateError(failures, failures.map(messageOf).join('\n'))
    if (row.owner) this.#requireOwner(event, row.owner, answers)
    return fold(event, row.fold, answers) as FoldedOf<E>
  }

  /** Verifies that each owner declares its events. @throws ORCH_HOOK_OWNER */
  requireOwners(): void {
    for (const event of Object.keys(LIFECYCLE) as EventName[]) {
      const {owner} = LIFECYCLE[event]
      if (!owner) continue
      const hooks = this.#options.declared.get(owner)
      if (!hooks) throw new OrchError('ORCH_HOOK_OWNER', {event, owner, why: 'is not loaded'})
      if (!hooks.includes(event)) throw new OrchError('ORCH_HOOK_OWNER', {event, owner, why: 'does not declare it'})
    }
  }

  #isDeclared(event: EventName): boolean {
    return [...this.#options.declared.values()].some((hooks) => hooks.includes(event))
  }

  async #ask(event: EventName, input: unknown, timeoutMs: number): Promise<{answers: Answer<unknown>[]; failures: OrchError[]}> {
    const startedAt = performance.now()
    // captureErrors: without it oclif drops every error that carries no exit code.
    const {successes, failures} = await holdingLoopOpen(timeoutMs, this.#options.runner.runHook(event, {input}, timeoutMs, true))
    const isLate = performance.now() - startedAt >= timeoutMs
    return {
      answers: successes
        .map(({plugin, result}) => ({plugin: plugin.name, value: result}))
        // oclif lists plugins as they finish; sorted, the result is the same every time.
        .sort((a, b) => (a.plugin < b.plugin ? -1 : 1)),
      failures: failures.map(({plugin, error}) => asHookFailure(plugin.name, event, error, isLate ? timeoutMs : null)),
    }
  }

  #requireOwner(event: EventName, owner: string, answers: readonly Answer<unknown>[]): void {
    const own = answers.find(({plugin}) => plugin === owner)
    if (!own || own.value === undefined) throw new OrchError('ORCH_HOOK_OWNER', {event, owner, why: 'did not answer it'})
  }
}

function fold(event: EventName, kind: Fold, answers: Answer<unknown>[]): unknown {
  switch (kind) {
    case 'guard':
    case 'notify':
      return undefined
    case 'collect':
      return answers.filter(({value}) => value !== undefined)
    case 'merge':
      return mergeDisjoint(event, answers)
    case 'latest':
      return latestOf(answers.filter(({value}) => value !== undefined) as Answer<GateAnswer>[])
  }
}

/** @param lateMs the time-out that had passed when the last handler was done; null when it had not */
function asHookFailure(plugin: string, event: string, error: Error, lateMs: number | null): OrchError {
  if (isOrchError(error)) return error
  // oclif's own words (config.js, runHook), and only when the time was up: a handler may fail with any text.
  const timedOut = lateMs !== null && messageOf(error) === `Timed out after ${lateMs} ms.`
  const why = timedOut ? `no answer within ${lateMs} ms` : messageOf(error)
  return new OrchError('ORCH_HOOK_FAILED', {plugin, event, why, ...(timedOut ? {timedOut} : {})}, {cause: error})
}

/** oclif's own timer is unref'd: with nothing else pending, Node would exit (13) before it fires. */
async function holdingLoopOpen<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  const hold = setInterval(() => {}, timeoutMs)
  try {
    return await work
  } finally {
    clearInterval(hold)
  }
}
