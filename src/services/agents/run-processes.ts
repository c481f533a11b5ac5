import type {Clock, Logger, ProcessIdentity} from '@orch/plugin-kit'
import {approvalId} from '../../domain/agent.js'
import type {Host, Lineage} from '../../domain/ports/host.js'
import type {Run} from '../../domain/model/agent.js'

interface LeftoversOptions {
  readonly host: Host
  readonly clock: Clock
  readonly logger: Logger
}

/** One look at the machine for all who asked before it began. */
interface Turn {
  readonly wanted: Lineage[]
  readonly families: Promise<ProcessIdentity[][]>
}

/** Milliseconds a process gets after SIGTERM, and again after SIGKILL. */
const PATIENCE_MS = 5_000
const POLL_MS = 50

/**
 * The processes of a run: its own with its descendants, those recorded as such, and those that have its id in their environment. An MCP server
 * whose agent was killed lives on with another parent (measured), so the tree alone does not find it. Processes are known by pid and start time.
 */
export class RunProcesses {
  readonly #options: LeftoversOptions
  /** The look that has not begun. */
  #next: Turn | null = null
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: LeftoversOptions) {
    this.#options = options
  }

  /** Every process of a run that lives. */
  async of(run: Run): Promise<ProcessIdentity[]> {
    return (await this.ofAll([run]))[0]!
  }

  /**
   * As `of` for many runs, from one look at the machine. What is asked for while another look is under way shares the next one: a team that is
   * stopped asks for each of its agents at the same moment.
   * @returns their processes, in the order of the runs
   */
  async ofAll(runs: readonly Run[]): Promise<ProcessIdentity[][]> {
    if (runs.length === 0) return []
    const wanted = runs.map((run) => ({root: run.process, marks: [run.id, approvalId(run)]}))
    const families = await this.#look(wanted)
    return Promise.all(runs.map((run, index) => this.#withRecorded(families[index]!, run)))
  }

  /** Ends what is left of a run whose agent has ended, and does not end by itself: most do when nobody speaks to them any more. */
  async sweep(run: Run): Promise<void> {
    const started = await this.of(run)
    if (started.length === 0 || (await this.gone(started))) return
    const family = await this.of(run)
    this.#options.logger.info('processes outlived their agent', {run: run.id, pids: family.map(({pid}) => pid)})
    await this.end(family)
  }

  /** TERM, wait, KILL, wait. @returns whether all have ended */
  async end(family: readonly ProcessIdentity[]): Promise<boolean> {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      await Promise.all(family.map((member) => this.#options.host.signal(member, signal)))
      if (await this.gone(family)) return true
    }
    return false
  }

  /** Resolves when all have ended, or after the patience. @returns whether they have */
  async gone(family: readonly ProcessIdentity[]): Promise<boolean> {
    const {clock} = this.#options
    const end = clock.monotonic() + PATIENCE_MS
    for (;;) {
      const alive = await Promise.all(family.map((member) => this.#lives(member)))
      if (!alive.includes(true)) return true
      if (clock.monotonic() >= end) return false
      // The end of a process that is not our child cannot be awaited.
      await clock.sleep(POLL_MS)
    }
  }

  async #look(wanted: readonly Lineage[]): Promise<ProcessIdentity[][]> {
    const turn = (this.#next ??= this.#nextTurn())
    const from = turn.wanted.length
    turn.wanted.push(...wanted)
    return (await turn.families).slice(from, from + wanted.length)
  }

  #nextTurn(): Turn {
    const wanted: Lineage[] = []
    const families = this.#last.then(() => {
      this.#next = null
      return this.#options.host.families('ORCH_RUN', wanted)
    })
    this.#last = families.catch(() => undefined)
    return {wanted, families}
  }

  async #withRecorded(family: readonly ProcessIdentity[], {tree = []}: Run): Promise<ProcessIdentity[]> {
    const recorded = await Promise.all(tree.map(async (member) => ((await this.#lives(member)) ? member : null)))
    const all = new Map([...family, ...recorded.filter((member) => member !== null)].map((member) => [member.pid, member]))
    return [...all.values()]
  }

  async #lives(member: ProcessIdentity): Promise<boolean> {
    return (await this.#options.host.identify(member.pid))?.startedAt === member.startedAt
  }
}
