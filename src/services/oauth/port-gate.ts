import {OrchError, hasCode, type AgentDriver, type Clock, type GateAnswer, type Logger, type OauthLedger, type Wait} from '@orch/plugin-kit'
import type {HookBus} from '@orch/plugin-kit/host'
import {WaitProgress} from './wait-progress.js'
import type {GateRequest} from './gate-request.js'

/** Milliseconds between tries to take a lease that another start has; the contract's poll interval. */
const LEASE_POLL_MS = 500
/** Milliseconds a clear answer counts: the contract wants the port's last observation to be no older at the spawn. */
const CLEAR_FOR_MS = 1_000

declare const granted: unique symbol

/** Proof that claude-oauth let this run start on this port: a bound agent cannot be spawned without one. */
export interface PortGrant {
  readonly port: number
  readonly run: string
  /** Why it starts although the port is held; null when the port was seen free. */
  readonly givenUp: GivenUp | null
  /** Whether it still holds: the look it rests on is young enough, and no window was killed on the port since. */
  isFresh(): Promise<boolean>
  readonly [granted]: true
}

/** The wait for a free port was given up: a person watches, the configuration says so, a person said so, or the holder is an agent's own server. */
export type GivenUp = 'watched' | 'policy' | 'person' | 'agents-server'

declare const unboundMark: unique symbol

/** The start of an agent that the contract does not bind. */
export interface Unbound {
  isFresh(): Promise<boolean>
  readonly [unboundMark]: true
}

/** Without one nothing is spawned. */
export type StartPermit = PortGrant | Unbound

/** @throws ORCH_INTERNAL for a driver that is bound: it needs a grant of the gate */
export function unbound(driver: AgentDriver): Unbound {
  if (driver.usesOauthPort) throw new OrchError('ORCH_INTERNAL', {what: `${driver.kind} was to be started without a grant for its port`})
  return {isFresh: async () => true} as Unbound
}

interface PortGateOptions {
  readonly bus: HookBus
  readonly ledger: OauthLedger
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * The one sleeping loop of the OAuth timing contract: asks `awaitPort`, sleeps until the time answered, asks again until all
 * are clear in one round. The rules themselves are claude-oauth's.
 */
export class PortGate {
  readonly #options: PortGateOptions
  /** Runs whose wait was given up, which is said once though the port is looked at again before the spawn. */
  readonly #warned = new Set<string>()

  constructor(options: PortGateOptions) {
    this.#options = options
  }

  /** Takes the start lease and waits for the port. @throws the signal's reason, ORCH_LEDGER, ORCH_HOOK_FAILED, ORCH_HOOK_OWNER: the gate fails closed */
  async pass(request: GateRequest): Promise<PortGrant> {
    return this.#untilClear(request, false)
  }

  /** Observes once more, right before the spawn, under the lease that `pass` took. */
  async confirm(request: GateRequest): Promise<PortGrant> {
    return this.#untilClear(request, true)
  }

  /** Goes on with a start that a supervisor before this one spawned: its lease is inherited. */
  async inherit(request: Pick<GateRequest, 'port' | 'run' | 'agent' | 'note'>): Promise<void> {
    await this.#takeLease(request)
  }

  /** The start is over: the agent is ready, has ended, or took too long. */
  async release({port, run, note}: Pick<GateRequest, 'port' | 'run' | 'note'>): Promise<void> {
    this.#warned.delete(run)
    if (await this.#options.ledger.releaseLease(port, run)) note('oauth.lease', {port, run, to: 'released'})
  }

  async #untilClear(request: GateRequest, underLease: boolean): Promise<PortGrant> {
    const {clock} = this.#options
    const progress = new WaitProgress(request, clock)
    for (let leased = underLease; ;) {
      leased ||= await this.#takeLease(request)
      const asked = {at: clock.now(), monotonic: clock.monotonic()}
      const answer = await this.#ask(request, leased, asked)
      const givenUp = leased && answer !== 'clear' ? this.#givesUp(answer, request, progress) : null
      if (leased && (answer === 'clear' || givenUp)) {
        progress.end()
        return this.#grant(request, givenUp, asked.monotonic)
      }
      // Clear for others, but another start has the lease: whatever the plugins say, that is waited for.
      const wait =
        answer === 'clear' ? {notBefore: asked.at + LEASE_POLL_MS, why: 'another agent is starting on this port', holder: null} : answer
      // Times in the answer are on the wall clock of the question; how long that is nobody can set.
      await this.#sleep(asked.monotonic + wait.notBefore - asked.at, wait, progress, request.signal)
    }
  }

  #grant({port, run}: GateRequest, givenUp: GivenUp | null, lookedAt: number): PortGrant {
    const {clock, ledger} = this.#options
    const isFresh = async () => {
      const {killedAt, asOf} = await ledger.history(port)
      const lookedAgo = clock.monotonic() - lookedAt
      return lookedAgo <= CLEAR_FOR_MS && (killedAt === null || asOf - killedAt > lookedAgo)
    }
    return {port, run, givenUp, isFresh} as PortGrant
  }

  /** @param until on the monotonic clock */
  async #sleep(until: number, wait: Wait, progress: WaitProgress, signal: AbortSignal): Promise<void> {
    const {clock} = this.#options
    do {
      const nextLineMs = progress.tell(wait)
      await clock.sleep(Math.max(1, Math.min(nextLineMs, until - clock.monotonic())), signal)
    } while (clock.monotonic() < until)
  }

  async #takeLease({port, run, agent, note}: Pick<GateRequest, 'port' | 'run' | 'agent' | 'note'>): Promise<boolean> {
    const {ledger} = this.#options
    const inherited = (await ledger.history(port)).lease?.run === run
    const taken = await ledger.takeLease(port, {run, agent})
    if (taken) note('oauth.lease', {port, run, to: inherited ? 'inherited' : 'taken'})
    return taken
  }

  async #ask(request: GateRequest, leased: boolean, asked: GateRequest['asked']): Promise<GateAnswer> {
    const {port, project, agent, role, run, reason, settings} = request
    const {bus, ledger} = this.#options
    const history = await ledger.history(port)
    // Given back this moment: it must be taken before the port is looked at.
    if (!leased && history.lease === null) return {notBefore: asked.at, why: 'another agent was starting on this port', holder: null}
    const waitedMs = asked.monotonic - request.asked.monotonic
    const answer = bus.emit('awaitPort', {
      port,
      project,
      agent,
      role,
      run,
      reason,
      askedAt: request.asked.at,
      waitedMs,
      history,
      now: asked.at,
      settings,
    })
    return answer.catch((error: unknown) => {
      if (!hasCode(error, 'ORCH_HOOK_FAILED') || error.details.timedOut !== true) throw error
      // A machine under load is slow to answer: that is no reason to start, and none to give up.
      this.#options.logger.warn('a question about the oauth port was not answered in time', {port, run, why: error.message})
      return {notBefore: asked.at, why: error.message, holder: null}
    })
  }

  /** Only the wait for a free port is ever given up. */
  #givesUp(wait: Wait, request: GateRequest, progress: WaitProgress): GivenUp | null {
    if (!wait.overBudget) return null
    const givenUp = whyGiveUp(wait, request)
    if (!givenUp) {
      progress.hold()
      return null
    }
    const {port, role, run, note} = request
    if (this.#warned.has(run)) return givenUp
    this.#warned.add(run)
    const seconds = Math.round((this.#options.clock.monotonic() - request.asked.monotonic) / 1000)
    this.#options.logger.warn(`WARNING: OAuth port ${port} still in use after ${seconds}s! ${role} starts all the same`, {
      run,
      givenUp,
      holder: wait.holder,
    })
    note('oauth.wait', {port, run, why: wait.why, holder: wait.holder, waitedMs: seconds * 1000, givenUp})
    return givenUp
  }
}

function whyGiveUp(wait: Wait, {settings, attended}: GateRequest): GivenUp | null {
  if (wait.overridden) return 'person'
  const policy = settings['onBusy']
  if (policy === 'warn') return 'policy'
  // An agent's dev server does not leave while the team waits for a start: waiting would never end.
  if (wait.holder?.run) return 'agents-server'
  return policy !== 'hold' && attended() ? 'watched' : null
}
