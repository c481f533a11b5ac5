import {hasCode, messageOf, type Caller, type Clock, type Logger, type Terminal} from '@orch/plugin-kit'
import {watchesCost} from '../../domain/budget.js'
import {isAlive} from '../../domain/agent-states.js'
import {isFinished} from '../../domain/project-states.js'
import type {Store} from '../../domain/ports/store.js'
import type {AgentEvents} from '../agents/agent-events.js'
import type {DeadlineAndBudget} from '../projects/deadline-and-budget.js'
import type {ChangeFeed} from '../record/change-feed.js'
import type {HealthWatch} from '../health/health-watch.js'
import type {EventLogRepair} from '../recovery/event-log-repair.js'
import type {Limits} from '../credits/usage-limits.js'
import type {MessageDelivery} from '../messages/delivery.js'
import type {CommandsUnderWay} from '../recovery/commands-under-way.js'
import type {Fallbacks} from '../recovery/fallbacks.js'
import type {Reconciler} from '../recovery/reconciler.js'
import type {RepositoryWatch} from '../repository-watch/repository-watch.js'
import type {ProjectRunner} from '../projects/project-runner.js'
import type {ScreenSchedule} from '../screens/screen-watch.js'
import type {StartLeases} from '../oauth/start-leases.js'
import type {SuspendDetector} from '../recovery/suspend-detector.js'
import type {DeliveryRecovery} from '../messages/recover-deliveries.js'
import type {Project} from '../../domain/model/project.js'

/** A hook's report that found no supervisor. */
interface SpooledReport {
  readonly project: string
  readonly agent: string
  readonly run: string
  readonly token: string
  readonly event: string
  readonly payload: Readonly<Record<string, unknown>>
}

interface SupervisorOptions {
  readonly store: Store
  readonly feed: ChangeFeed
  readonly terminal: Terminal
  readonly watch: AgentEvents
  readonly post: MessageDelivery
  readonly offers: DeliveryRecovery
  /** What time alone brings about in a project: expiry, deadlines, check-ins. */
  readonly sweeps: readonly {sweep(project: Project): Promise<void>}[]
  readonly limits: Limits
  readonly screens: Pick<ScreenSchedule, 'look'>
  readonly runner: ProjectRunner
  readonly reconciler: Reconciler
  readonly logKeeper: Pick<EventLogRepair, 'mendAll'>
  readonly commands: Pick<CommandsUnderWay, 'settle'>
  readonly fallbacks: Pick<Fallbacks, 'takeUpAll' | 'readReceipts'>
  readonly health: Pick<HealthWatch, 'look'>
  readonly repositories: Pick<RepositoryWatch, 'look'>
  readonly gaps: Pick<SuspendDetector, 'look'>
  /** The machine was started anew since the last supervisor: no process on record lives. */
  readonly rebooted: boolean
  readonly bounds: DeadlineAndBudget
  readonly leases: StartLeases
  readonly spool: {
    drain(take: (report: SpooledReport) => Promise<void>): Promise<number>
    holdRestarts(): Promise<void>
    announceReplacement(): Promise<void>
    allowRestarts(): Promise<void>
  }
  readonly identify: (claim: {project: string; agent: string; token: string}) => Caller
  readonly server: {listen(): Promise<void>; close(): Promise<void>}
  /** Gives back memory that nothing needs any more. */
  readonly heap: {trim(): void}
  /** Makes again what vanished of orch's own files. */
  readonly ownFiles: {look(): Promise<void>}
  readonly clock: Clock
  readonly logger: Logger
  /** Gives back the lock and closes the log. */
  readonly release: () => Promise<void>
}

/** Milliseconds between looks at what no event tells: receipts in transcripts, and messages that were held. */
const TICK_MS = 250
/** Milliseconds between looks at the socket and the other files of orch's own. */
const OWN_FILES_MS = 2_000
/** Looks between two comparisons of records and facts: what no event told of. */
const LOOKS_A_RECONCILIATION = 20
/** Looks between two at the spool, and at what could not be recorded. */
const LOOKS_A_SECOND = 4
/** Looks between two at the memory of this process: 15 s. */
const LOOKS_A_TRIM = 60

/** The one process that knows and does everything. Stopping and crashing are the same: agents live on, the next one reconciles. */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #stopping = new AbortController()
  readonly #stopped: Promise<void>
  #settle: () => void = () => {}
  #missed = false

  constructor(options: SupervisorOptions) {
    this.#options = options
    this.#stopped = new Promise((resolve) => (this.#settle = resolve))
  }

  /** Resolves when it listens and every project is being driven. */
  async start(): Promise<void> {
    const {terminal, watch, spool, server, reconciler, leases, runner, store, feed, logger} = this.#options
    await this.#options.ownFiles.look()
    void this.#keepOwnFiles()
    // What is damaged on disk, or cannot be written now, is made good by a later look: it does not keep the supervisor from starting.
    await this.#guard('the mark of the last stop', () => spool.allowRestarts())
    await terminal.open()
    await this.#guard('records that fell back', () => this.#options.fallbacks.takeUpAll())
    await this.#guard('the event logs', () => this.#options.logKeeper.mendAll())
    // Reports of the time without a supervisor come first: they are older than anything we can look at.
    await this.#guard('the spool', () => this.#drainSpool())
    await this.#guard('the reconciliation', () => reconciler.reconcileAll(this.#options.rebooted))
    await this.#guard('receipts of older records', () => this.#options.fallbacks.readReceipts())
    await this.#guard('leftover start leases', () => leases.settle())
    terminal.onExit((exit) => void this.#guard('an exit', async () => watch.onExit(exit, await this.#stands(exit.pane))))
    terminal.onServerLost(() => void this.#guard('the end of the tmux server', () => watch.onServerLost()))
    await server.listen()
    await this.#guard('the spool', () => this.#drainSpool())
    feed.subscribe(({project, events}) => {
      if (events.length > 0) void this.#guard('a delivery', () => this.#options.post.deliver(project.id))
      if (events.some(({type, data}) => type === 'project.state' && data['from'] === null)) runner.drive(project.id)
    })
    void this.#tick()
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
    const {server, runner, terminal, logger, release} = this.#options
    logger.info('the supervisor stops')
    await server.close().catch((error: unknown) => logger.warn('the socket did not close', {error}))
    await runner.releaseAll()
    await terminal.close()
    await release()
    this.#settle()
  }

  async #drainSpool(): Promise<void> {
    const count = await this.#options.spool.drain((report) => this.#takeReport(report))
    if (count > 0) this.#options.logger.info('reports were spooled while no supervisor ran', {count})
  }

  async #takeReport({project, agent, run, token, event, payload}: SpooledReport): Promise<void> {
    try {
      this.#options.identify({project, agent, token})
      await this.#options.watch.onReport(project, agent, run, {event, payload})
    } catch (error) {
      // Its report stays in the spool until it can be recorded.
      if (hasCode(error, 'ORCH_STORE_WRITE')) throw error
      this.#options.logger.warn('a spooled report was refused', {agent, event, why: messageOf(error)})
    }
  }

  async #stands(pane: string): Promise<boolean> {
    return (await this.#options.terminal.panes()).some((state) => state.pane === pane)
  }

  /** A loop of its own: however slow everything else is, the way in comes back. */
  async #keepOwnFiles(): Promise<void> {
    const {signal} = this.#stopping
    for (;;) {
      await this.#options.clock.sleep(OWN_FILES_MS, signal).catch(() => undefined)
      if (signal.aborted) return
      await this.#options.ownFiles.look()
    }
  }

  async #tick(): Promise<void> {
    const {clock, gaps, store, reconciler, health} = this.#options
    gaps.look()
    for (let looks = 1; ; looks++) {
      await clock.sleep(TICK_MS, this.#stopping.signal).catch(() => undefined)
      if (this.#stopping.signal.aborted) return
      if (gaps.look()) this.#missed = true
      if (looks % LOOKS_A_SECOND === 0) {
        await this.#lookAfterWhatWasMissed()
        void this.#guard('the bounds of projects', () => this.#lookAfterBounds())
      }
      if (looks % LOOKS_A_TRIM === 0) this.#options.heap.trim()
      if (looks % LOOKS_A_RECONCILIATION === 0) await this.#guard('the reconciliation', () => reconciler.tick())
      // A look may read many screens; receipts do not wait for it.
      void this.#guard('the health of the agents', () => health.look())
      void this.#guard('the repositories', () => this.#options.repositories.look())
      await Promise.all(
        store
          .projects()
          .filter(hasOpenMail)
          .map(({id}) => this.#guard('open mail', () => this.#lookAfterMail(id))),
      )
    }
  }

  /** Reports that found no supervisor, and, when something could not be recorded (a full disk), records and facts that differ. */
  async #lookAfterWhatWasMissed(): Promise<void> {
    await this.#guard('the spool', () => this.#drainSpool())
    await this.#guard('windows of ended agents', () => this.#options.watch.noticeVanished())
    await this.#guard('start leases', () => this.#options.leases.look())
    await this.#sweep()
    await this.#guard('the limits', () => this.#options.limits.look())
    // A slow disk or terminal must not hold up the receipts.
    void this.#guard('the screens', () => this.#options.screens.look())
    if (!this.#missed) return
    this.#missed = false
    for (const {id} of this.#options.store.projects()) await this.#guard('the reconciliation', () => this.#options.reconciler.reconcile(id))
  }

  async #lookAfterBounds(): Promise<void> {
    const {store, watch, bounds} = this.#options
    for (const {id} of store.projects().filter(watchesCost)) await watch.readTranscripts(id)
    await bounds.check()
  }

  async #sweep(): Promise<void> {
    const {store, sweeps} = this.#options
    for (const {id} of store.projects())
      for (const each of sweeps) {
        const project = store.project(id)
        if (project && !isFinished(project.state)) await this.#guard('what was due', () => each.sweep(project))
      }
  }

  async #lookAfterMail(projectId: string): Promise<void> {
    const {watch, offers, post, store} = this.#options
    await watch.readTranscripts(projectId)
    const project = store.project(projectId)
    if (project) await offers.settle(project)
    // A delivery may wait for a receipt; the next look does not wait for it.
    void this.#guard('a delivery', () => post.deliver(projectId))
  }

  /** Work nobody waits for; what fails in it is said in the log, ends nothing, and is made good by the next look. */
  async #guard(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#missed = true
      this.#options.logger.error(`${what} could not be handled`, {error})
    }
  }
}

/** Something is on its way to an agent that lives. */
function hasOpenMail({messages, agents}: Project): boolean {
  const living = new Set(agents.filter(({state}) => isAlive(state)).map(({id}) => id))
  return messages.some(({state, to}) => living.has(to) && ['accepted', 'offered', 'submitted'].includes(state))
}
