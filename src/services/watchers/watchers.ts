import {hasCode, messageOf, type Act, type Clock, type Ids, type Logger, type ProjectView} from '@orch/plugin-kit'
import type {SchemaValidator, Watcher} from '@orch/plugin-kit'
import {actsProblem} from '@orch/plugin-kit/host'
import {unchanged, type Change} from '../../domain/change.js'
import {carryOut, setsAside} from '../../domain/plugin-act.js'
import {pluginRecord} from '../../domain/plugin-record.js'
import {isFinished} from '../../domain/project-states.js'
import type {Store} from '../../domain/ports/store.js'
import type {Project} from '../../domain/model/project.js'
import type {Restarts} from '../agents/restarts.js'
import type {ProjectRunner} from '../projects/project-runner.js'
import type {Recorder} from '../record/recorder.js'

/** A watcher and the plugin that brought it. */
export interface PluginWatcher {
  readonly plugin: string
  readonly watcher: Watcher
}

/** Periodic work, as the supervisor's table has it. */
interface WatcherJob {
  readonly name: string
  readonly everyMs: number
  readonly hasWork: () => boolean
  run(signal: AbortSignal): void
}

/** Runs code of a plugin so that a crash or a stall has a culprit. */
export interface PluginGuard {
  /** @param isLong the work waits for the world: that it was under way when the supervisor was killed says nothing against the plugin */
  watch<T>(plugin: string, what: string, work: () => Promise<T>, isLong?: boolean): Promise<T>
  watchSync<T>(plugin: string, what: string, work: () => T): T
}

interface WatchersOptions {
  readonly watchers: readonly PluginWatcher[]
  readonly store: Store
  readonly recorder: Recorder
  readonly runner: Pick<ProjectRunner, 'release' | 'drive'>
  readonly restarts: Pick<Restarts, 'takeUp'>
  readonly viewOf: (project: Project) => ProjectView
  readonly guard: PluginGuard
  readonly isLeftOut: (plugin: string) => boolean
  /** @param why a clause that begins with a verb @param part the watcher in the one project */
  readonly onFailure: (plugin: string, why: string, part: string) => void
  readonly onSuccess: (plugin: string, part: string) => void
  readonly schemas: SchemaValidator
  readonly clock: Clock
  readonly ids: Ids
  readonly logger: Logger
}

/** One look of a watcher at a project. */
interface Look {
  readonly id: string
  readonly signal: AbortSignal
  /** Settles when its `observe` has; never rejects. */
  observing: Promise<unknown>
}

/** Milliseconds that `observe` may take, as long as a hook. */
const OBSERVE_MS = 30_000

/** Has plugins look after projects. One that is slow holds up its own watcher in the one project, and nothing else. */
export class Watchers {
  readonly #options: WatchersOptions
  /** Looks that have not ended: plugin, watcher and project. */
  readonly #underWay = new Set<string>()

  constructor(options: WatchersOptions) {
    this.#options = options
  }

  /** A row of periodic work for each watcher. A run starts what is to be done and waits for none of it. */
  jobs(): WatcherJob[] {
    return this.#options.watchers.map((each) => ({
      name: `the watcher ${each.watcher.name} of ${each.plugin}`,
      everyMs: each.watcher.everyMs,
      hasWork: () => this.#projects().length > 0 && !this.#options.isLeftOut(each.plugin),
      run: (signal) => this.#projects().forEach(({id}) => void this.#lookUnlessUnderWay(each, id, signal)),
    }))
  }

  #projects(): readonly Project[] {
    return this.#options.store.projects().filter(({state}) => !isFinished(state))
  }

  async #lookUnlessUnderWay(each: PluginWatcher, id: string, signal: AbortSignal): Promise<void> {
    const {isLeftOut, onFailure, onSuccess, logger} = this.#options
    const key = JSON.stringify([each.plugin, each.watcher.name, id])
    if (this.#underWay.has(key) || isLeftOut(each.plugin)) return
    this.#underWay.add(key)
    const look: Look = {id, signal, observing: Promise.resolve()}
    try {
      await this.#look(each, look)
      onSuccess(each.plugin, key)
    } catch (error) {
      if (signal.aborted) return
      // A full disk, or a project that ended meanwhile, is not the plugin's fault.
      if (hasCode(error, 'ORCH_STORE_WRITE') || hasCode(error, 'ORCH_NOT_FOUND'))
        return logger.warn('what a watcher decided cannot be recorded now', {plugin: each.plugin, project: id, error})
      const why = `failed in its watcher ${each.watcher.name}: ${messageOf(error)}`
      logger.error('a plugin failed', {plugin: each.plugin, project: id, why})
      onFailure(each.plugin, why, key)
    } finally {
      // One that does not heed its signal is not begun again: they would pile up.
      void look.observing.then(() => this.#underWay.delete(key))
    }
  }

  async #look(each: PluginWatcher, look: Look): Promise<void> {
    const {id, signal} = look
    const observed = await this.#observe(each, look)
    const project = this.#options.store.project(id)
    if (!project || isFinished(project.state) || signal.aborted) return
    const acts = this.#decide(each, project, observed, this.#options.clock.now())
    if (acts.length === 0 || this.#changeOf(each, project, acts).project === project) return
    await this.#carryOut(each, id, observed, setsAside(acts))
    const after = this.#options.store.project(id)
    if (after && acts.some((act) => act.do === 'restart-agent')) await this.#options.restarts.takeUp(after)
  }

  /** @throws what `observe` throws; Error as soon as it is late, whether it heeds its signal or not */
  async #observe({plugin, watcher}: PluginWatcher, look: Look): Promise<unknown> {
    const {guard, viewOf, store, clock} = this.#options
    const project = store.project(look.id)
    if (!watcher.observe || !project) return undefined
    const limit = new AbortController()
    const over = new AbortController()
    const signal = AbortSignal.any([look.signal, limit.signal])
    const work = guard.watch(plugin, `observe of ${watcher.name}`, async () => watcher.observe!(viewOf(project), signal), true)
    look.observing = work.catch(() => undefined)
    const late = clock.sleep(OBSERVE_MS, AbortSignal.any([look.signal, over.signal])).then(() => {
      const error = new Error(`observe took over ${OBSERVE_MS / 1000} s`)
      limit.abort(error)
      throw error
    })
    try {
      return await Promise.race([work, late])
    } finally {
      over.abort(new Error('over'))
    }
  }

  /** @throws what the plugin throws; Error when it is no list of acts, or too much */
  #decide({plugin, watcher}: PluginWatcher, project: Project, observed: unknown, now: number): readonly Act[] {
    const {guard, viewOf, schemas} = this.#options
    const own = pluginRecord(project, plugin).own
    const decided = guard.watchSync(plugin, `decide of ${watcher.name}`, () =>
      watcher.decide(viewOf(project), observed, own === undefined ? undefined : structuredClone(own), now),
    )
    const problem = actsProblem(decided, schemas)
    if (problem !== null) throw new Error(problem)
    return decided
  }

  /** Decides once more, with the newest record, inside of the commit. */
  async #carryOut(each: PluginWatcher, id: string, observed: unknown, isReleased: boolean): Promise<void> {
    const {recorder, runner} = this.#options
    if (isReleased) await runner.release(id)
    try {
      await recorder.change(id, (project, now) => {
        if (isFinished(project.state)) return unchanged(project)
        const acts = this.#decide(each, project, observed, now)
        // It changed its mind: the step under way is to be broken off first, by the next look.
        return setsAside(acts) && !isReleased ? unchanged(project) : this.#changeOf(each, project, acts)
      })
    } finally {
      if (isReleased) runner.drive(id)
    }
  }

  #changeOf({plugin}: PluginWatcher, project: Project, acts: readonly Act[]): Change {
    const {clock, ids} = this.#options
    return carryOut(project, acts, {plugin, now: clock.now(), messageId: () => ids.next('m')})
  }
}
