import {AsyncLocalStorage} from 'node:async_hooks'
import type {Config} from '@oclif/core'
import type {Logger} from '@orch/plugin-kit'
import {withSettings, type HookRunner, type HookRunResult, type SettingsOf} from '@orch/plugin-kit/host'
import type {PluginFaults} from './plugin-faults.js'

/** How long the event loop may stand still while a handler runs (design § 5), in milliseconds. */
const STALL_MS = 5_000
const BEAT_MS = 500

interface Call {
  readonly plugin: string
  readonly event: string
  readonly startedAt: number
  endedAt: number | null
}

interface GuardedRunnerOptions {
  readonly oclif: Config
  readonly faults: PluginFaults
  readonly logger: Logger
  /** Plugins that are not asked. */
  readonly isLeftOut: (plugin: string) => boolean
  /** A plugin that comes with orch: what it holds up is ours to mend, and it is never left out. */
  readonly isOwn: (plugin: string) => boolean
  readonly settingsOf: SettingsOf
}

/**
 * Calls oclif's hooks plugin by plugin, with a breadcrumb for each, so that what goes down or stands still has a culprit: a thrown error or a
 * `process.exit` by the asynchronous context it happens in, a stall by the call that was under way.
 */
export class PluginHookRunner implements HookRunner {
  readonly #options: GuardedRunnerOptions
  readonly #context = new AsyncLocalStorage<Call>()
  readonly #calls = new Set<Call>()
  readonly #beat: NodeJS.Timeout
  #lastBeat = performance.now()
  #blamed = false

  constructor(options: GuardedRunnerOptions) {
    this.#options = options
    this.#beat = setInterval(() => this.#look(), BEAT_MS).unref()
    process.on('uncaughtExceptionMonitor', this.#onCrash)
    process.on('exit', this.#onCrash)
  }

  /** Ends that were asked for are nobody's fault. */
  close(): void {
    clearInterval(this.#beat)
    process.removeListener('uncaughtExceptionMonitor', this.#onCrash)
    process.removeListener('exit', this.#onCrash)
  }

  /** The same for some plugins alone. */
  only(isMeant: (plugin: string) => boolean): HookRunner {
    return {runHook: (event, options, timeoutMs) => this.#ask(event, options, timeoutMs, isMeant)}
  }

  async runHook(event: string, options: object, timeoutMs: number): Promise<HookRunResult> {
    return this.#ask(event, options, timeoutMs, () => true)
  }

  async #ask(event: string, options: object, timeoutMs: number, isMeant: (plugin: string) => boolean): Promise<HookRunResult> {
    const {oclif, isLeftOut, settingsOf} = this.#options
    const asked = [...oclif.plugins.values()].filter(({name, hooks}) => hooks[event]?.length && isMeant(name) && !isLeftOut(name))
    const answers = await Promise.all(
      asked.map((plugin) =>
        this.watch(plugin.name, event, () => {
          // oclif's own way of loading and timing a handler, for one plugin.
          const one = Object.create(oclif, {plugins: {value: new Map([[plugin.name, plugin]])}}) as Config
          return (one as HookRunner).runHook(event, withSettings(event, options, plugin.name, settingsOf), timeoutMs, true)
        }),
      ),
    )
    return {successes: answers.flatMap(({successes}) => successes), failures: answers.flatMap(({failures}) => failures)}
  }

  /**
   * Has a plugin do something of the kind of `event`, and knows the culprit when the process ends or stands still over it.
   * @param isLong it waits for the world: that it was under way when the process was killed says nothing against it
   */
  async watch<T>(plugin: string, event: string, work: () => Promise<T>, isLong = false): Promise<T> {
    const {call, end} = this.#begin(plugin, event, isLong)
    try {
      return await this.#context.run(call, work)
    } finally {
      end()
    }
  }

  /** The same for what is over when it returns. */
  watchSync<T>(plugin: string, event: string, work: () => T): T {
    const {call, end} = this.#begin(plugin, event, false)
    try {
      return this.#context.run(call, work)
    } finally {
      end()
    }
  }

  #begin(plugin: string, event: string, isLong: boolean): {call: Call; end: () => void} {
    const pickUp = this.#options.faults.drop(plugin, event, isLong ? 'stall' : 'crash')
    const call: Call = {plugin, event, startedAt: performance.now(), endedAt: null}
    this.#calls.add(call)
    const end = () => {
      call.endedAt = performance.now()
      pickUp()
    }
    return {call, end}
  }

  #onCrash = (): void => {
    const call = this.#context.getStore()
    // An uncaught error ends the process, and its end is heard of too.
    if (this.#blamed) return
    this.#blamed = true
    this.#options.faults.clear()
    if (call) this.#options.faults.add({plugin: call.plugin, event: call.event, what: 'crash', at: Date.now()})
  }

  /** A beat that is late by so much: the loop stood still since the last one. */
  #look(): void {
    const now = performance.now()
    const since = this.#lastBeat
    this.#lastBeat = now
    if (now - since - BEAT_MS >= STALL_MS) this.#blame(since, now)
    for (const call of this.#calls) if (call.endedAt !== null) this.#calls.delete(call)
  }

  #blame(since: number, now: number): void {
    const {faults, logger, isOwn} = this.#options
    const within = ({startedAt, endedAt}: Call) => Math.min(endedAt ?? now, now) - Math.max(startedAt, since)
    const [worst] = [...this.#calls].filter(({plugin}) => !isOwn(plugin)).sort((a, b) => within(b) - within(a))
    if (!worst || within(worst) < STALL_MS) return
    logger.error('a plugin held the supervisor up and is left out from now on', {plugin: worst.plugin, event: worst.event})
    faults.add({plugin: worst.plugin, event: worst.event, what: 'stall', at: Date.now()})
  }
}
