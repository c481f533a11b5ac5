import {messageOf, type AgentState, type Clock, type Logger, type OauthLedger} from '@orch/plugin-kit'
import {findAgent} from '../../domain/project.js'
import type {Store} from '../../domain/ports/store.js'
import type {PortGate} from './port-gate.js'
import type {GateRequest} from './gate-request.js'

/** Milliseconds an agent may take to get ready when nobody can say better: its supervisor died after it was spawned. */
export const START_TIMEOUT_MS = 120_000

/** Spawned, and neither ready nor ended. */
const UNSETTLED: readonly AgentState[] = ['starting', 'needs-input']

interface StartLeasesOptions {
  readonly store: Store
  readonly ledger: OauthLedger
  readonly gate: PortGate
  readonly clock: Clock
  readonly logger: Logger
}

/** A spawn, and what its agent may take to get ready. */
export interface Spawned {
  readonly at: number
  readonly timeoutMs: number
}

type Lease = Pick<GateRequest, 'port' | 'run' | 'note'>

/** Sees to it that each start lease ends: with ready or exit, or at the latest when the start has taken too long. */
export class StartLeases {
  readonly #options: StartLeasesOptions
  /** Leases of starts that nobody awaits any more, and when they are given back; milliseconds on the monotonic clock. */
  readonly #open = new Map<string, {readonly lease: Lease; readonly until: number}>()

  constructor(options: StartLeasesOptions) {
    this.#options = options
  }

  /**
   * Called when a start ends: because it is ready or has ended, because it waits for a person, or because the start was broken off.
   * @param spawned when it was spawned, on the monotonic clock, and the milliseconds it may take; null when it was not
   */
  async afterStart(projectId: string, agentId: string, request: GateRequest, spawned: Spawned | null): Promise<void> {
    const {store, clock} = this.#options
    const project = store.project(projectId)
    const agent = project && findAgent(project, agentId)
    const until = spawned ? spawned.at + spawned.timeoutMs : 0
    const goesOn = agent?.run?.id === request.run && UNSETTLED.includes(agent.state) && clock.monotonic() < until
    if (goesOn) this.#open.set(request.run, {lease: request, until})
    else await this.#release(request)
  }

  /** At the start of a supervisor: leases its predecessor took for starts that are over, or that it never came to, are given back. */
  async settle(): Promise<void> {
    const {store, ledger, clock} = this.#options
    const agents = store.projects().flatMap((project) => project.agents)
    for (const {port, run, agent: id} of await ledger.ownLeases()) {
      const agent = agents.find((candidate) => candidate.id === id)
      const lease: Lease = {port, run, note: () => {}}
      if (agent?.run?.id === run && UNSETTLED.includes(agent.state))
        this.#open.set(run, {lease, until: clock.monotonic() + START_TIMEOUT_MS})
      else await this.#release(lease)
    }
  }

  /** Gives back what is due. */
  async tick(): Promise<void> {
    const now = this.#options.clock.monotonic()
    for (const {lease, until} of [...this.#open.values()]) {
      if (now >= until) await this.#release(lease)
    }
  }

  /** A ledger that cannot be written now is tried again: a lease that stays would hold up every other start on its port. */
  async #release(lease: Lease): Promise<void> {
    this.#open.delete(lease.run)
    try {
      await this.#options.gate.release(lease)
    } catch (error) {
      this.#options.logger.warn('a start lease cannot be given back yet', {port: lease.port, why: messageOf(error)})
      this.#open.set(lease.run, {lease, until: this.#options.clock.monotonic()})
    }
  }
}
