import {REQUIRED_PLUGIN, type Wait} from '@orch/plugin-kit'
import {HookBus} from '@orch/plugin-kit/host'
import {InProcessRunner, MemoryLogger, testPorts} from '@orch/plugin-kit/testing'
import {composeOauth} from '../../../plugins/claude-oauth/src/compose.js'
import {AjvValidator} from '../../../src/adapters/schema-validator.js'
import {ExecaRunner} from '../../../src/adapters/process-runner.js'
import {SystemClock} from '../../../src/adapters/system-clock.js'
import type {Store} from '../../../src/domain/ports/store.js'
import {PortGate, type GivenUp} from '../../../src/services/oauth/port-gate.js'
import {StartLeases} from '../../../src/services/oauth/start-leases.js'

export interface Job {
  readonly run: string
  readonly port: number
  /** Milliseconds from the spawn to ready. */
  readonly readyMs: number
  readonly settings?: Readonly<Record<string, unknown>>
}

export interface Started {
  readonly run: string
  readonly port: number
  /** Milliseconds from T to the spawn. */
  readonly waitedMs: number
  readonly givenUp: GivenUp | null
  /** Milliseconds UTC of spawn and ready. */
  readonly from: number
  readonly to: number
  readonly waits: readonly Wait[]
}

/** The gate of one supervisor in earnest: core's loop, claude-oauth's rules, this machine's ports, a ledger on disk. */
export class RealGate {
  readonly clock = new SystemClock()
  readonly gate: PortGate
  readonly ledger
  readonly #leases: StartLeases

  /** @param folder of the user's ledger @param home state directory of the supervisor */
  constructor(folder: string, home: string) {
    const {clock} = this
    const base = testPorts()
    const ports = testPorts({clock, processes: new ExecaRunner(), paths: {...base.paths, data: home, user: folder}})
    const {service, ledger} = composeOauth(ports, '0.0.0')
    const handlers = {
      awaitPort: ({input}: {input: Parameters<typeof service.gate.awaitPort>[0]}) => service.gate.awaitPort(input),
    }
    const bus = new HookBus({
      runner: new InProcessRunner(new Map([[REQUIRED_PLUGIN, handlers as never]])),
      declared: new Map([[REQUIRED_PLUGIN, Object.keys(handlers)]]),
      warn: () => {},
      schemas: new AjvValidator(),
    })
    this.ledger = ledger
    const logger = new MemoryLogger()
    this.gate = new PortGate({bus, ledger, clock, logger})
    this.#leases = new StartLeases({store: {projects: () => []} as unknown as Store, ledger, gate: this.gate, clock, logger})
  }

  /** What a supervisor does first: leases of starts that its predecessor never came to are given back. */
  settle(): Promise<void> {
    return this.#leases.settle()
  }

  /** A start as the launcher does it, with a spawn that is a wait. */
  start(job: Job, onLease: () => void = () => {}): Promise<Started> {
    const started = this.#start(job, onLease)
    // Its case awaits it later.
    started.catch(() => undefined)
    return started
  }

  async #start({run, port, readyMs, settings = {}}: Job, onLease: () => void): Promise<Started> {
    const {clock, gate} = this
    const asked = {at: clock.now(), monotonic: clock.monotonic()}
    const waits: Wait[] = []
    const request = {
      port,
      project: 'p_stress',
      agent: `a_${run}`,
      role: 'developer',
      run,
      reason: 'start' as const,
      asked,
      settings,
      attended: () => false,
      onWait: (wait: Wait | null) => {
        if (wait) waits.push(wait)
      },
      note: (type: string, data: Readonly<Record<string, unknown>>) => {
        if (type === 'oauth.lease' && data['to'] !== 'released') onLease()
      },
      signal: new AbortController().signal,
    }
    await gate.pass(request)
    let grant = await gate.confirm(request)
    while (!(await grant.isFresh())) grant = await gate.confirm(request)
    const waitedMs = clock.monotonic() - asked.monotonic
    const from = clock.now()
    await clock.sleep(readyMs)
    const to = clock.now()
    await gate.release(request)
    return {run, port, waitedMs, givenUp: grant.givenUp, from, to, waits}
  }
}
