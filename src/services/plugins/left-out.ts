import {LIFECYCLE, type Clock, type Logger} from '@orch/plugin-kit'
import type {HookFailure} from '@orch/plugin-kit/host'
import type {LeftOut, PluginFault} from '../../domain/plugin-fault.js'

/** What outlasts the supervisor. */
interface Faults {
  add(fault: PluginFault): void
  why(plugin: string): LeftOut | null
  disabled(): LeftOut[]
}

interface LeftOutOptions {
  readonly faults: Faults
  readonly clock: Pick<Clock, 'now'>
  readonly logger: Pick<Logger, 'error'>
  /** Plugins that come with orch are never left out: without them nothing is as it should be. */
  readonly isOwn: (plugin: string) => boolean
}

/** Events whose handlers may say no by throwing. */
const VETOES: readonly string[] = [
  'beforeAgentSpawn',
  ...Object.entries(LIFECYCLE).flatMap(([event, {fold}]) => (fold === 'guard' ? [event] : [])),
]

/** Plugins that orch runs without, and why. */
export class LeftOutPlugins {
  readonly #options: LeftOutOptions
  /** By plugin: what this start found, and whose notifications fail. */
  readonly #atStart = new Map<string, LeftOut>()
  readonly #failing = new Map<string, LeftOut & {readonly part: string}>()

  constructor(options: LeftOutOptions) {
    this.#options = options
  }

  has(plugin: string): boolean {
    return this.#atStart.has(plugin) || this.#options.faults.why(plugin) !== null
  }

  /** For this start only: the next one tries the plugin again. @param why a clause that begins with a verb */
  leave(plugin: string, why: string): void {
    this.#atStart.set(plugin, {plugin, why, since: this.#options.clock.now()})
  }

  /** It is loaded, and a part of it does not work. @param why a clause that begins with a verb @param part as `works` names it */
  fails(plugin: string, why: string, part = ''): void {
    const since = this.#failing.get(plugin)?.since ?? this.#options.clock.now()
    this.#failing.set(plugin, {plugin, why, since, how: 'failing', part})
  }

  /** A part that failed does its work again. */
  works(plugin: string, part: string): void {
    if (this.#failing.get(plugin)?.part === part) this.#failing.delete(plugin)
  }

  /** What this start found. */
  foundAtStart(): LeftOut[] {
    return [...this.#atStart.values()]
  }

  /** By name; of each plugin what counts most. */
  list(): LeftOut[] {
    const failing = [...this.#failing.values()].map(({plugin, why, since, how}): LeftOut => ({plugin, why, since, ...(how ? {how} : {})}))
    const known = [...failing, ...this.#atStart.values(), ...this.#options.faults.disabled()]
    return [...new Map(known.map((entry) => [entry.plugin, entry])).values()].sort((a, b) => (a.plugin < b.plugin ? -1 : 1))
  }

  /** Decides on a failure in the middle of work. @returns whether the event goes on without the plugin, which is left out from then on */
  isDispensable(failure: HookFailure): boolean {
    const {plugin, event, error} = failure
    const {faults, clock, isOwn, logger} = this.#options
    if (isOwn(plugin) || isVeto(failure)) return false
    const why = `failed in ${event}: ${whyOf(error)}`
    logger.error('a plugin failed', {plugin, event, why})
    if (LIFECYCLE[event].fold === 'notify') this.fails(plugin, why)
    else faults.add({plugin, event, what: 'failure', why, at: clock.now()})
    return true
  }
}

/** A handler that may say no did so, and did not merely break. */
function isVeto({event, how, error}: HookFailure): boolean {
  return how === 'threw' && VETOES.includes(event) && !isDefect(error.code === 'ORCH_HOOK_FAILED' ? error.cause : error)
}

/** An error of the program itself. `fetch` fails with a TypeError that has a cause. */
function isDefect(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return true
  const isProgramming = ['TypeError', 'ReferenceError', 'RangeError', 'SyntaxError'].includes(thrown.name) && thrown.cause === undefined
  return isProgramming || ['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'].includes(String((thrown as NodeJS.ErrnoException).code))
}

function whyOf({code, message, details}: HookFailure['error']): string {
  return code === 'ORCH_HOOK_FAILED' ? (details as {why: string}).why : message
}
