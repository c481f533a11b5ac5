import type {Clock, ProcessIdentity} from '@orch/plugin-kit'
import {isAlive} from '../../domain/agent-states.js'
import type {Host, ProcessUse} from '../../domain/ports/host.js'
import {ProcessTree} from '../../domain/process-tree.js'
import type {Store} from '../../domain/ports/store.js'

/** What an agent's processes take from the machine. */
export interface Vitals {
  /** Percent of one core since the look before; null at the first. */
  readonly cpuPercent: number | null
  readonly rssBytes: number
  /** How many processes: the agent and everything it started. */
  readonly processes: number
}

interface Look {
  readonly at: number
  readonly agents: ReadonlyMap<string, {readonly vitals: Vitals; readonly toolsCpuPercent: number}>
  readonly cpu: ReadonlyMap<string, number>
}

/** Percent of a core from which on what an agent started counts as at work; an idle MCP server takes less. */
const AT_WORK_PERCENT = 2
const NOTHING: Look = {at: 0, agents: new Map(), cpu: new Map()}

/** Processor time and memory of every living agent and what it started, from one look at the machine for all of them. */
export class ProcessUsage {
  readonly #store: Store
  readonly #host: Host
  readonly #clock: Clock
  #last: Look = NOTHING

  constructor(options: {store: Store; host: Host; clock: Clock}) {
    this.#store = options.store
    this.#host = options.host
    this.#clock = options.clock
  }

  /** Looks now. Without a living agent the machine is left alone. */
  async look(): Promise<void> {
    const living = this.#store
      .projects()
      .flatMap(({agents}) => agents)
      .flatMap(({id, state, run}) => (isAlive(state) && run?.process ? [{id, root: run.process}] : []))
    if (living.length === 0) {
      this.#last = NOTHING
      return
    }
    const rows = await this.#host.census()
    const at = this.#clock.monotonic()
    const tree = new ProcessTree(rows)
    const agents = new Map(living.map(({id, root}) => [id, this.#measure(tree.family(root), at)]))
    this.#last = {at, agents, cpu: new Map(rows.map((row) => [keyOf(row), row.cpuMs]))}
  }

  /** As of the last look; null for an agent that was not seen in it. */
  of(agentId: string): Vitals | null {
    return this.#last.agents.get(agentId)?.vitals ?? null
  }

  /** What the agent started (a build, a test) used the processor between the last two looks. */
  hasToolsAtWork(agentId: string): boolean {
    return (this.#last.agents.get(agentId)?.toolsCpuPercent ?? 0) >= AT_WORK_PERCENT
  }

  #measure([root, ...tools]: readonly ProcessUse[], at: number): {vitals: Vitals; toolsCpuPercent: number} {
    const all = root ? [root, ...tools] : []
    const {cpu, at: before} = this.#last
    const elapsed = at - before
    const percent = (rows: readonly ProcessUse[]): number => {
      const used = rows.reduce((sum, row) => sum + Math.max(0, row.cpuMs - (cpu.get(keyOf(row)) ?? (row === root ? row.cpuMs : 0))), 0)
      return Math.round((used / elapsed) * 1000) / 10
    }
    const isFirst = cpu.size === 0 || elapsed <= 0
    return {
      vitals: {
        cpuPercent: isFirst ? null : percent(all),
        rssBytes: all.reduce((sum, {rssBytes}) => sum + rssBytes, 0),
        processes: all.length,
      },
      toolsCpuPercent: isFirst ? 0 : percent(tools),
    }
  }
}

function keyOf({pid, startedAt}: ProcessIdentity): string {
  return `${pid} ${startedAt}`
}
