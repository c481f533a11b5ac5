import {OrchError, hasCode, isOrchError, messageOf} from '../errors/index.js'
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
import type {SchemaValidator} from '../ports/schema-validator.js'
import {checkAnswer} from './check-answer.js'
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

/** A plugin that did not do what an event asks. */
export interface HookFailure {
  readonly plugin: string
  readonly event: EventName
  /** It threw, was late, answered what its event has no use for, or set what another plugin sets. */
  readonly how: 'threw' | 'late' | 'answer' | 'clash'
  /** ORCH_HOOK_FAILED, or the error of the registry that it threw. */
  readonly error: OrchError
}

export interface HookBusOptions {
  readonly runner: HookRunner
  /** Hooks each plugin declares, by plugin name. */
  readonly declared: ReadonlyMap<string, readonly string[]>
  /** Told of failures that stop nothing. */
  readonly warn: (failure: OrchError) => void
  /** Answers are held against the schemas of their events. */
  readonly schemas: SchemaValidator
  /** Decides for each failure whether the event continues without that plugin. Without it every failure counts. */
  readonly isDispensable?: (failure: HookFailure) => boolean
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
    // A project may end with thousands of messages and no handler: skip the work.
    if (row.fold === 'notify' && !this.#isDeclared(event)) return undefined as FoldedOf<E>
    const {answers, failures} = await this.#ask(event, input, row.timeoutMs)
    const counted = failures.filter((failure) => !this.#isDispensable(failure)).map(({error}) => error)
    if (row.fold === 'notify') {
      for (const {error} of failures) this.#options.warn(error)
      return undefined as FoldedOf<E>
    }
    const [only] = counted
    if (counted.length === 1) throw only as Error
    if (counted.length > 1) throw new AggregateError(counted, counted.map(messageOf).join('\n'))
    if (row.owner) this.#requireOwner(event, row.owner, answers)
    return this.#fold(event, row.fold, answers) as FoldedOf<E>
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

  #isDispensable(failure: HookFailure): boolean {
    return this.#options.isDispensable?.(failure) ?? false
  }

  async #ask(event: EventName, input: unknown, timeoutMs: number): Promise<{answers: Answer<unknown>[]; failures: HookFailure[]}> {
    const startedAt = performance.now()
    // captureErrors: without it oclif drops every error that carries no exit code.
    const {successes, failures} = await holdingLoopOpen(timeoutMs, this.#options.runner.runHook(event, {input}, timeoutMs, true))
    const isLate = performance.now() - startedAt >= timeoutMs
    const judged = successes.map(({plugin: {name}, result}) => ({
      plugin: name,
      value: result,
      wrong: checkAnswer(event, result, this.#options.schemas),
    }))
    return {
      answers: judged
        .filter(({wrong}) => wrong === null)
        .map(({plugin, value}) => ({plugin, value}))
        // oclif lists plugins as they finish; sorted, the result is the same every time.
        .sort((a, b) => (a.plugin < b.plugin ? -1 : 1)),
      failures: [
        ...failures.map(({plugin, error}) => asHookFailure(plugin.name, event, error, isLate ? timeoutMs : null)),
        ...judged.flatMap(({plugin, wrong: why}): HookFailure[] =>
          why === null ? [] : [{plugin, event, how: 'answer', error: new OrchError('ORCH_HOOK_FAILED', {plugin, event, why})}],
        ),
      ],
    }
  }

  #fold(event: EventName, kind: Fold, answers: Answer<unknown>[]): unknown {
    switch (kind) {
      case 'guard':
      case 'notify':
        return undefined
      case 'collect':
        return answers.filter(({value}) => value !== undefined)
      case 'merge':
        return this.#merge(event, answers)
      case 'latest':
        return latestOf(answers.filter(({value}) => value !== undefined) as Answer<GateAnswer>[])
    }
  }

  /** Of two plugins that set the same, the one that can be done without goes, the later one first. */
  #merge(event: EventName, answers: readonly Answer<unknown>[]): Record<string, unknown> {
    try {
      return mergeDisjoint(event, answers)
    } catch (error) {
      if (!hasCode(error, 'ORCH_HOOK_CLASH')) throw error
      const leaver = [...error.details.plugins].reverse().find((plugin) => this.#isDispensable({plugin, event, how: 'clash', error}))
      if (leaver === undefined) throw error
      return this.#merge(
        event,
        answers.filter(({plugin}) => plugin !== leaver),
      )
    }
  }

  #requireOwner(event: EventName, owner: string, answers: readonly Answer<unknown>[]): void {
    const own = answers.find(({plugin}) => plugin === owner)
    if (!own || own.value === undefined) throw new OrchError('ORCH_HOOK_OWNER', {event, owner, why: 'did not answer it'})
  }
}

/** @param lateMs the time-out that had passed when the last handler was done; null when it had not */
function asHookFailure(plugin: string, event: EventName, thrown: Error, lateMs: number | null): HookFailure {
  if (isOrchError(thrown)) return {plugin, event, how: 'threw', error: thrown}
  // oclif's own words (config.js, runHook), and only when the time was up: a handler may fail with any text.
  const timedOut = lateMs !== null && messageOf(thrown) === `Timed out after ${lateMs} ms.`
  const why = timedOut ? `no answer within ${lateMs} ms` : messageOf(thrown)
  const error = new OrchError('ORCH_HOOK_FAILED', {plugin, event, why, ...(timedOut ? {timedOut} : {})}, {cause: thrown})
  return {plugin, event, how: timedOut ? 'late' : 'threw', error}
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
