import type {Logger, PaneExit, Terminal} from '@orch/plugin-kit'
import type {Store} from '../../domain/ports/store.js'
import type {AgentEvents} from '../agents/agent-events.js'
import type {HookReports} from '../agents/hook-reports.js'
import type {MessageDelivery} from '../messages/delivery.js'
import type {StartLeases} from '../oauth/start-leases.js'
import type {ProjectRunner} from '../projects/project-runner.js'
import type {ChangeFeed} from '../record/change-feed.js'
import type {CommandsUnderWay} from '../recovery/commands-under-way.js'
import type {EventLogRepair} from '../recovery/event-log-repair.js'
import type {Fallbacks} from '../recovery/fallbacks.js'
import type {Reconciler} from '../recovery/reconciler.js'
import type {PeriodicJob, Schedule} from './schedule.js'

interface SupervisorOptions {
  readonly store: Store
  readonly feed: ChangeFeed
  readonly terminal: Terminal
  readonly watch: AgentEvents
  readonly post: Pick<MessageDelivery, 'deliver'>
  readonly runner: Pick<ProjectRunner, 'drive' | 'releaseAll'>
  readonly reconciler: Pick<Reconciler, 'reconcileAll'>
  readonly logKeeper: Pick<EventLogRepair, 'mendAll'>
  readonly commands: Pick<CommandsUnderWay, 'settle'>
  readonly fallbacks: Pick<Fallbacks, 'takeUpAll' | 'readReceipts'>
  /** The machine was started anew since the last supervisor: no process on record lives. */
  readonly rebooted: boolean
  readonly leases: Pick<StartLeases, 'settle'>
  readonly reports: Pick<HookReports, 'tick' | 'takeOf' | 'close'>
  /** Where hooks report, and find that a person stopped the supervisor. */
  readonly spool: {
    watch(onReport: () => void): void
    close(): void
    holdRestarts(): Promise<void>
    announceReplacement(): Promise<void>
    allowRestarts(): Promise<void>
  }
  readonly server: {listen(): Promise<void>; close(): Promise<void>}
  /** Makes again what vanished of orch's own files. */
  readonly ownFiles: {tick(): Promise<void>}
  readonly schedule: Pick<Schedule, 'add' | 'guard' | 'run' | 'wake'>
  /** What recurs once every project is being driven. */
  readonly jobs: readonly PeriodicJob[]
  readonly logger: Logger
  /** Gives back the lock and closes the log. */
  readonly release: () => Promise<void>
}

/** Milliseconds between two looks at the socket and the other files of orch's own. */
const OWN_FILES_MS = 2_000

/** The one process that knows and does everything. Stopping and crashing are the same: agents live on, the next one reconciles. */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #stopping = new AbortController()
  readonly #stopped: Promise<void>
  #settle: () => void = () => {}

  constructor(options: SupervisorOptions) {
    this.#options = options
    this.#stopped = new Promise((resolve) => (this.#settle = resolve))
  }

  /** Resolves when it listens and every project is being driven. */
  async start(): Promise<void> {
    const {terminal, watch, spool, server, ownFiles, reconciler, leases, runner, store, feed, schedule, logger} = this.#options
    await ownFiles.tick()
    // From here on the way in comes back, however long what follows takes.
    schedule.add({name: 'the files of orch', everyMs: OWN_FILES_MS, run: () => ownFiles.tick()})
    void schedule.run(this.#stopping.signal)
    // What is damaged on disk, or cannot be written now, is made good by a later look: it does not keep the supervisor from starting.
    await this.#guard('the mark of the last stop', () => spool.allowRestarts())
    await terminal.open()
    await this.#guard('records that fell back', () => this.#options.fallbacks.takeUpAll())
    await this.#guard('the event logs', () => this.#options.logKeeper.mendAll())
    // Reports of the time without a supervisor come first: they are older than anything we can look at.
    await this.#takeReports()
    await this.#guard('the reconciliation', () => reconciler.reconcileAll(this.#options.rebooted))
    await this.#guard('receipts of older records', () => this.#options.fallbacks.readReceipts())
    await this.#guard('leftover start leases', () => leases.settle())
    terminal.onExit((exit) => void this.#guard('an exit', () => this.#onExit(exit)))
    terminal.onServerLost(() => void this.#takeReports().then(() => this.#guard('the end of the tmux server', () => watch.onServerLost())))
    await server.listen()
    spool.watch(() => void this.#takeReports())
    await this.#takeReports()
    feed.subscribe(({project, events}) => {
      schedule.wake()
      if (events.length > 0) void this.#guard('a delivery', () => this.#options.post.deliver(project.id))
      if (events.some(({type, data}) => type === 'project.state' && data['from'] === null)) runner.drive(project.id)
    })
    schedule.add(...this.#options.jobs)
    // It answers meanwhile.
    await this.#guard('the commands of the last supervisor', () => this.#options.commands.settle())
    for (const project of store.projects()) runner.drive(project.id)
    logger.info('the supervisor is ready', {pid: process.pid, projects: store.projects().length})
  }

  /** It lets go of its clients. */
  get isStopping(): boolean {
    return this.#stopping.signal.aborted
  }

  /** Resolves when it has been stopped. */
  get stopped(): Promise<void> {
    return this.#stopped
  }

  /** A person asks it to stop: agents' hooks do not start it again. */
  async stopForGood(): Promise<void> {
    await this.#guard('the mark of the stop', () => this.#options.spool.holdRestarts())
    await this.stop()
  }

  /** A command brings up another in its place: agents' hooks wait for that one. */
  async retire(): Promise<void> {
    await this.#guard('the mark of the replacement', () => this.#options.spool.announceReplacement())
    await this.stop()
  }

  /** Lets go of everything; agents live on. Safe to call again. */
  async stop(): Promise<void> {
    if (this.#stopping.signal.aborted) return this.#stopped
    this.#stopping.abort(new Error('the supervisor stops'))
    const {server, spool, reports, runner, terminal, logger, release} = this.#options
    logger.info('the supervisor stops')
    spool.close()
    await reports.close()
    await server.close().catch((error: unknown) => logger.warn('the socket did not close', {error}))
    await runner.releaseAll()
    await terminal.close()
    await release()
    this.#settle()
  }

  #takeReports(): Promise<void> {
    return this.#guard('the spool', () => this.#options.reports.tick())
  }

  /** What its hooks reported is older than its end. */
  async #onExit(exit: PaneExit): Promise<void> {
    const {store, reports, watch} = this.#options
    for (const project of store.projects())
      for (const {id, pane} of project.agents) if (pane === exit.pane) await reports.takeOf({project: project.id, agent: id})
    await watch.onExit(exit, await this.#hasPane(exit.pane))
  }

  async #hasPane(pane: string): Promise<boolean> {
    return (await this.#options.terminal.panes()).some((state) => state.pane === pane)
  }

  /** What fails is made good later. */
  #guard(name: string, work: () => Promise<unknown>): Promise<void> {
    return this.#options.schedule.guard({name}, work)
  }
}
