import {OrchError, type Caller, type Clock, type PortHolder} from '@orch/plugin-kit'
import {CONTRACT} from '../contract.js'
import type {FileLedger} from '../ledger/file-ledger.js'
import type {HolderFinder} from '../port/holder.js'
import type {PortObserver} from '../port/listeners.js'
import type {PortGate} from '../port/port-gate.js'
import {floorEnd} from '../port-rules.js'
import type {OauthSettings} from '../settings.js'
import {recommend} from './recommend.js'
import type {PortStatus} from './port-status.js'

interface PortDeskOptions {
  readonly clock: Clock
  readonly gate: PortGate
  readonly ledger: FileLedger
  readonly observer: PortObserver
  readonly holders: HolderFinder
  readonly settings: () => OauthSettings
}

/** What `orch port` asks: looks, waits, and lets a person decide. */
export class PortStatusService {
  readonly #options: PortDeskOptions

  constructor(options: PortDeskOptions) {
    this.#options = options
  }

  /** @param named ports a person asked for; none: those of the caller's environment or the configuration, and all that somebody waits on */
  async status(named: readonly number[], own: number | null): Promise<PortStatus[]> {
    const {ports, port} = this.#options.settings()
    const pool = own !== null ? [own] : ports.length > 0 ? ports : [port]
    const waited = this.#options.gate.waiting().map((waiting) => waiting.port)
    const chosen = named.length > 0 ? named : [...new Set([...pool, ...waited])].sort((a, b) => a - b)
    return Promise.all(chosen.map((each) => this.look(each)))
  }

  async look(port: number): Promise<PortStatus> {
    const {clock, ledger, gate} = this.#options
    const [{free, holder}, history] = await Promise.all([this.#observe(port), ledger.history(port)])
    const end = floorEnd(history.killedAt, this.#options.settings())
    const {lease} = history
    const status = {
      port,
      free,
      holder,
      leasedTo: lease && {
        agent: lease.agent,
        role: gate.roleOf(lease.run),
        run: lease.run,
        since: lease.takenAt,
        supervisorRuns: (await ledger.holderAlive(port)) === true,
      },
      earliestStartAt: end > clock.now() ? end : null,
      waiting: gate
        .waiting()
        .filter((waiting) => waiting.port === port)
        .map(({project, agent, role, why}) => ({project, agent, role, why})),
    }
    return {...status, recommendations: recommend(status)}
  }

  /** How the port stands, again and again, until a start could go on or the time is over; the last line has `done`. */
  async *wait(port: number, timeoutMs: number, signal: AbortSignal): AsyncGenerator<PortStatus & {done: boolean; waitedMs: number}> {
    const {clock, settings} = this.#options
    const began = clock.monotonic()
    let saidAt = -Infinity
    while (!signal.aborted) {
      const status = await this.look(port)
      const waitedMs = Math.round(clock.monotonic() - began)
      const done = status.free && status.earliestStartAt === null && status.leasedTo === null
      if (done || waitedMs >= timeoutMs) {
        yield {...status, done, waitedMs}
        return
      }
      if (clock.monotonic() - saidAt >= settings().progressMs) {
        saidAt = clock.monotonic()
        yield {...status, done, waitedMs}
      }
      await clock.sleep(Math.min(CONTRACT.pollMs, timeoutMs - waitedMs), signal).catch(() => undefined)
    }
  }

  /**
   * A person lets a waiting start go on: without a free port, and without a lease whose supervisor has ended. Floors stay.
   * @param name the agent's id or the beginning of it, its role, or `project:role`
   * @throws ORCH_UNAUTHORISED for an agent, ORCH_NOT_FOUND, ORCH_AMBIGUOUS
   */
  async override(name: string, caller: Caller): Promise<{agent: string; role: string; port: number; leaseTaken: boolean}> {
    if (caller.agent) throw new OrchError('ORCH_UNAUTHORISED', {why: 'only a person lets a start go on without its port'})
    const {gate, ledger} = this.#options
    const waiting = gate.waiting()
    const word = name.replaceAll('_', '-').toLowerCase()
    const found = waiting.filter(
      ({agent, role, project}) => agent.startsWith(name) || role === word || (name.includes(':') && isNamed(name, project, role)),
    )
    const [chosen, ...others] = found
    const list = (starts: typeof waiting) => starts.map(({project, role, agent}) => `${project}:${role} (${agent})`)
    if (!chosen) throw new OrchError('ORCH_NOT_FOUND', {what: 'agent that waits for its port', name, known: list(waiting)})
    if (others.length > 0) throw new OrchError('ORCH_AMBIGUOUS', {what: 'waiting agent', name, matches: list(found)})
    const {lease} = await ledger.history(chosen.port)
    const leaseTaken = lease !== null && lease.run !== chosen.run && (await ledger.holderAlive(chosen.port)) === false
    if (leaseTaken) await ledger.releaseLease(chosen.port, lease.run)
    gate.override(chosen)
    return {agent: chosen.agent, role: chosen.role, port: chosen.port, leaseTaken}
  }

  /** Two looks as the contract wants them, so that `free` means here what it means to a start. */
  async #observe(port: number): Promise<{free: boolean; holder: PortHolder | null}> {
    const {clock, observer, holders} = this.#options
    for (let look = 1; ; look += 1) {
      const listeners = await observer.listeners(port)
      if (listeners.length > 0) return {free: false, holder: await holders.find(listeners)}
      if (look >= this.#options.settings().freeObservations) return {free: true, holder: null}
      await clock.sleep(CONTRACT.observationGapMs)
    }
  }
}

function isNamed(name: string, project: string, role: string): boolean {
  const [start = '', end = ''] = name.split(':')
  return (project.startsWith(start) || project.slice(2).startsWith(start)) && role === end.replaceAll('_', '-').toLowerCase()
}
