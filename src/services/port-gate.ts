import {OrchError, type AgentDriver, type AwaitPortInput, type Clock, type GateAnswer, type OauthLedger, type Wait} from '@orch/plugin-kit'
import type {HookBus} from '@orch/plugin-kit/host'

/** Milliseconds between looks while another start holds the port's lease; the contract's poll interval. */
const LEASE_POLL_MS = 500

declare const granted: unique symbol

/** Proof that claude-oauth let this run start on this port: a bound agent cannot be spawned without one. */
export interface PortGrant {
  readonly port: number
  readonly run: string
  readonly [granted]: true
}

declare const unboundMark: unique symbol

/** The start of an agent that the contract does not bind. */
export interface Unbound {
  readonly [unboundMark]: true
}

/** Without one nothing is spawned. */
export type StartPermit = PortGrant | Unbound

/** @throws ORCH_INTERNAL for a driver that is bound: it needs a grant of the gate */
export function unbound(driver: AgentDriver): Unbound {
  if (driver.usesOauthPort) throw new OrchError('ORCH_INTERNAL', {what: `${driver.kind} was to be started without a grant for its port`})
  return {} as Unbound
}

export interface GateRequest {
  readonly port: number
  readonly agent: string
  readonly run: string
  readonly reason: AwaitPortInput['reason']
  /** When the start was asked, milliseconds UTC: T of the contract. */
  readonly askedAt: number
  /** A person watches this project at this moment. */
  readonly attended: () => boolean
  /** Told of each wait while it lasts. */
  readonly onWait: (wait: Wait) => void
  readonly signal: AbortSignal
}

interface PortGateOptions {
  readonly bus: HookBus
  readonly ledger: OauthLedger
  readonly clock: Clock
  /** What to do when the port is not free and its budget is used up. */
  readonly onBusy: () => 'auto' | 'warn' | 'hold'
}

/**
 * The one sleeping loop of the OAuth timing contract: asks `awaitPort`, sleeps until the time answered, asks again until all
 * are clear in one round. The rules themselves are claude-oauth's.
 */
export class PortGate {
  readonly #options: PortGateOptions

  constructor(options: PortGateOptions) {
    this.#options = options
  }

  /** @throws the signal's reason, ORCH_LEDGER, ORCH_HOOK_FAILED, ORCH_HOOK_OWNER: the gate fails closed */
  async pass(request: GateRequest): Promise<PortGrant> {
    await this.#takeLease(request)
    await this.#untilClear(request)
    return {port: request.port, run: request.run} as PortGrant
  }

  /** Observes once more, right before the spawn. */
  async confirm(request: GateRequest): Promise<void> {
    await this.#untilClear(request)
  }

  /** The start is over: the agent is ready, has ended, or took too long. */
  async release({port, run}: Pick<GateRequest, 'port' | 'run'>): Promise<void> {
    await this.#options.ledger.releaseLease(port, run)
  }

  async #takeLease(request: GateRequest): Promise<void> {
    const {clock, ledger} = this.#options
    while (!(await ledger.takeLease(request.port, {run: request.run, agent: request.agent}))) {
      const now = clock.now()
      request.onWait({notBefore: now + LEASE_POLL_MS, why: 'another agent is starting on this port', holder: null})
      await clock.sleep(LEASE_POLL_MS, request.signal)
    }
  }

  async #untilClear(request: GateRequest): Promise<void> {
    const {clock} = this.#options
    for (;;) {
      const answer = await this.#ask(request)
      if (answer === 'clear' || this.#givesUp(answer, request)) return
      request.onWait(answer)
      await clock.sleep(Math.max(1, answer.notBefore - clock.now()), request.signal)
    }
  }

  async #ask({port, agent, run, reason, askedAt}: GateRequest): Promise<GateAnswer> {
    const {bus, clock, ledger} = this.#options
    return bus.emit('awaitPort', {port, agent, run, reason, askedAt, history: await ledger.history(port), now: clock.now()})
  }

  /** Only the wait for a free port is ever given up, and only when someone is there to see the warning. */
  #givesUp(wait: Wait, request: GateRequest): boolean {
    if (!wait.overBudget) return false
    const policy = this.#options.onBusy()
    if (policy === 'warn') return true
    return policy === 'auto' && request.attended()
  }
}
