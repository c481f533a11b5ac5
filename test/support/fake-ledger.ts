import type {Clock, OauthLedger, PortHistory, PortLease} from '@orch/plugin-kit'

/** The ledger of kills, exits and leases in memory. */
export class FakeLedger implements OauthLedger {
  readonly #clock: Clock
  readonly #ports = new Map<number, PortHistory>()
  /** Calls that change something, in order. */
  readonly calls: string[] = []
  /** What writing fails with. */
  failure: Error | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async history(port: number): Promise<PortHistory> {
    return {...this.#of(port), asOf: this.#clock.now()}
  }

  async recordKill(port: number): Promise<void> {
    if (this.failure) throw this.failure
    this.calls.push(`kill ${port}`)
    this.#ports.set(port, {...this.#of(port), killedAt: this.#clock.now()})
  }

  async recordExit(port: number): Promise<void> {
    if (this.failure) throw this.failure
    this.calls.push(`exit ${port}`)
    this.#ports.set(port, {...this.#of(port), exitedAt: this.#clock.now()})
  }

  async takeLease(port: number, {run, agent}: {run: string; agent: string}): Promise<boolean> {
    const {lease} = this.#of(port)
    if (lease && lease.run !== run) return false
    const taken: PortLease = {run, agent, takenAt: this.#clock.now()}
    this.calls.push(`lease ${port} ${run}`)
    this.#ports.set(port, {...this.#of(port), lease: taken})
    return true
  }

  async releaseLease(port: number, run: string): Promise<boolean> {
    const history = this.#of(port)
    if (history.lease?.run !== run) return false
    this.calls.push(`release ${port} ${run}`)
    this.#ports.set(port, {...history, lease: null})
    return true
  }

  async ownLeases(): Promise<(PortLease & {port: number})[]> {
    return [...this.#ports.values()].flatMap(({port, lease}) => (lease ? [{...lease, port}] : []))
  }

  async requireWritable(): Promise<void> {
    if (this.failure) throw this.failure
  }

  #of(port: number): PortHistory {
    return this.#ports.get(port) ?? {port, asOf: 0, killedAt: null, exitedAt: null, lease: null}
  }
}
