import type {Project} from '../../domain/model/project.js'
import {watchesCost} from '../../domain/budget.js'
import {isFinished} from '../../domain/project-states.js'
import type {Store} from '../../domain/ports/store.js'
import type {AgentEvents} from '../agents/agent-events.js'
import type {OpenMail} from './open-mail.js'
import type {PeriodicJob} from './schedule.js'

/** Something that is to be done now and then. */
interface Ticker {
  tick(): unknown
}

/** The same for one project. */
interface ProjectTicker {
  tick(project: Project): Promise<void>
}

interface PeriodicWorkOptions {
  readonly store: Store
  readonly watch: Pick<AgentEvents, 'noticeVanished' | 'readTranscripts'>
  /** Whether time passed without this process, since the last look. */
  readonly gaps: {tick(): boolean}
  /** What could not be handled, and is made good. */
  readonly missed: Ticker & {note(): void}
  readonly reports: Ticker
  readonly leases: Ticker
  readonly mail: Pick<OpenMail, 'hasAny' | 'tick'>
  readonly limits: Ticker
  readonly screens: Ticker
  readonly bounds: Ticker
  readonly reconciler: Ticker
  readonly health: Ticker
  readonly repositories: Ticker
  readonly requests: ProjectTicker
  readonly checkIns: ProjectTicker
  readonly expiry: ProjectTicker
  readonly heldClaims: ProjectTicker
  readonly archive: ProjectTicker
  readonly heap: {trim(): void}
  /** Milliseconds between two looks at the health of agents, and at the files of git. */
  readonly healthMs: number
}

/** Milliseconds between two looks for receipts in transcripts, while a message is on its way. */
const RECEIPT_MS = 250
const SECOND_MS = 1_000

/**
 * The table of all that recurs. What is due together starts in this order: a gap is noticed before anything counts the time as silence, and reports of
 * hooks, which are older than any look, come first.
 */
export function periodicWork(options: PeriodicWorkOptions): readonly PeriodicJob[] {
  const {store, watch, gaps, missed, bounds, mail} = options
  const perProject = (name: string, ticker: ProjectTicker): PeriodicJob => ({
    name,
    everyMs: SECOND_MS,
    run: () => forEachProject(store, (project) => ticker.tick(project)),
  })
  return [
    {name: 'a gap in time', everyMs: SECOND_MS, run: () => gaps.tick() && missed.note()},
    {name: 'the spool', everyMs: SECOND_MS, run: () => options.reports.tick()},
    {name: 'open mail', everyMs: RECEIPT_MS, hasWork: () => mail.hasAny(), run: () => mail.tick()},
    {name: 'windows of ended agents', everyMs: SECOND_MS, run: () => watch.noticeVanished()},
    {name: 'start leases', everyMs: SECOND_MS, run: () => options.leases.tick()},
    perProject('requests', options.requests),
    perProject('check-ins', options.checkIns),
    perProject('the expiry of messages', options.expiry),
    perProject('held claims', options.heldClaims),
    perProject('the archive of messages', options.archive),
    {name: 'the limits', everyMs: SECOND_MS, run: () => options.limits.tick()},
    {name: 'the screens', everyMs: SECOND_MS, run: () => options.screens.tick()},
    {
      name: 'deadlines and budgets',
      everyMs: SECOND_MS,
      run: async () => {
        for (const {id} of store.projects().filter(watchesCost)) await watch.readTranscripts(id)
        // Ending one team takes seconds, which the bounds of another do not wait for. It never rejects.
        void bounds.tick()
      },
    },
    {name: 'what was missed', everyMs: SECOND_MS, run: () => missed.tick()},
    {name: 'the reconciliation', everyMs: 5 * SECOND_MS, run: () => options.reconciler.tick()},
    {name: 'the health of the agents', everyMs: options.healthMs, run: () => options.health.tick()},
    {name: 'the repositories', everyMs: options.healthMs, run: () => options.repositories.tick()},
    {name: 'the memory of this process', everyMs: 15 * SECOND_MS, run: () => options.heap.trim()},
  ]
}

/** Unfinished ones, one after another; a failure in one holds up no other. @throws what failed */
async function forEachProject(store: Store, work: (project: Project) => Promise<void>): Promise<void> {
  const failures: unknown[] = []
  for (const {id} of store.projects()) {
    const project = store.project(id)
    if (project && !isFinished(project.state)) await work(project).catch((error: unknown) => failures.push(error))
  }
  if (failures.length > 0) throw failures.length === 1 ? failures[0] : new AggregateError(failures, 'several projects')
}
