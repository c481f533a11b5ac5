import {REQUIRED_PLUGIN, type AgentDriver, type PortHolder, type ProcessIdentity} from '@orch/plugin-kit'
import {HookBus} from '@orch/plugin-kit/host'
import {FakeClock, InProcessRunner, MemoryLogger} from '@orch/plugin-kit/testing'
import {
  FileLedger,
  PortGate as Rules,
  type Host,
  type LedgerDocument,
  type LedgerStorage,
  type Stamp,
} from '../../../plugins/claude-oauth/src/index.js'
import {AjvValidator} from '../../../src/adapters/schema-validator.js'
import {ContractJournal} from '../../../src/services/oauth/contract-journal.js'
import type {Recorder} from '../../../src/services/record/recorder.js'
import {PortGate} from '../../../src/services/oauth/port-gate.js'
import type {Faults} from './faults.js'

/** What was recorded, with the monotonic time beside the wall clock that the event log has. */
export interface Recorded {
  /** Milliseconds on a clock nobody can set. */
  readonly t: number
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

interface Hold {
  readonly until: number
  readonly by: 'foreign' | 'agents-server'
}

/** The simulated machine: its clock, its ports, the ledger of its user, and the record of all that happens. */
export class Machine {
  readonly clock = new FakeClock()
  readonly record: Recorded[] = []
  readonly #holds = new Map<number, Hold[]>()
  readonly dead = new Set<number>()
  boot = 1
  #document: LedgerDocument = {schema: 1, ports: {}}
  #turn: Promise<unknown> = Promise.resolve()

  constructor(readonly faults: Faults) {}

  note(type: string, data: Readonly<Record<string, unknown>> = {}): void {
    this.record.push({t: this.clock.monotonic(), type, data})
  }

  hold(port: number, ms: number, by: Hold['by']): void {
    const until = this.clock.monotonic() + ms
    this.#holds.set(port, [...(this.#holds.get(port) ?? []), {until, by}])
    this.note('world.hold', {port, until, by})
  }

  /** Nothing that ran before a reboot holds anything after it. */
  reboot(): void {
    this.boot += 1
    this.#holds.clear()
    this.note('world.reboot')
  }

  holderOf(port: number): Hold | undefined {
    return (this.#holds.get(port) ?? []).find(({until}) => until > this.clock.monotonic())
  }

  /** The user's one ledger, written by one at a time. */
  readonly storage: LedgerStorage = {
    read: async () => this.#document,
    exclusively: (work) => {
      const turn = this.#turn.then(work)
      this.#turn = turn.catch(() => undefined)
      return turn
    },
    write: async (document) => void (this.#document = document),
  }
}

/** One life of a supervisor: the real gate, rules and ledger over the simulated machine. */
export class SupervisorLife {
  readonly gate: PortGate
  readonly rules: Rules
  readonly ledger: FileLedger
  readonly contract: ContractJournal
  readonly stop = new AbortController()

  constructor(
    readonly machine: Machine,
    readonly index: number,
    readonly pid: number,
  ) {
    const {clock, faults} = machine
    const host = new SimulatedHost(machine, {pid, startedAt: '1'})
    const options = {path: '/ledger', home: `/state/${index}`, host, clock, storage: machine.storage}
    this.ledger = faults.ledger ? faults.ledger(options, machine) : new FileLedger(options)
    const logger = new MemoryLogger()
    this.rules = new Rules({
      clock,
      logger,
      ledger: this.ledger,
      observer: {
        listeners: async (port) => {
          const hold = machine.holderOf(port)
          machine.note('look', {port, supervisor: index, free: hold === undefined})
          return hold ? [{address: '127.0.0.1', inode: `${hold.until}`, pid: null}] : []
        },
      },
      holders: {find: async ([listener]) => this.#describe(machine, listener!.inode!)},
      ...(faults.judge ? {judge: faults.judge} : {}),
    })
    const handlers = {
      awaitPort: ({input}: {input: Parameters<Rules['awaitPort']>[0]}) => this.rules.awaitPort(input),
      afterWindowKill: ({input}: {input: Parameters<Rules['afterWindowKill']>[0]}) => this.rules.afterWindowKill(input),
      mcpInit: async () => ({steps: [], verdicts: []}),
    }
    const bus = new HookBus({
      runner: new InProcessRunner(new Map([[REQUIRED_PLUGIN, handlers as never]])),
      declared: new Map([[REQUIRED_PLUGIN, Object.keys(handlers)]]),
      warn: (failure) => {
        throw failure
      },
      schemas: new AjvValidator(),
    })
    this.gate = new PortGate({bus, ledger: this.ledger, clock, logger})
    const recorder = {
      note: (_project: unknown, event: {type: string; data: Record<string, unknown>}) => machine.note(event.type, event.data),
    }
    const bound = new Map([['fake', {usesOauthPort: true} as AgentDriver]])
    this.contract = new ContractJournal({drivers: bound, ledger: this.ledger, bus, recorder: recorder as unknown as Recorder})
  }

  #describe(machine: Machine, inode: string): PortHolder {
    const foreign = {pid: 7, command: 'npm run dev', cwd: '/srv', run: null}
    for (const port of [0, 1]) {
      const hold = machine.holderOf(3000 + port)
      if (hold && `${hold.until}` === inode && hold.by === 'agents-server' && !machine.faults.forgetsRuns)
        return {...foreign, run: 'r_other'}
    }
    return foreign
  }
}

/** The machine as a ledger sees it. */
class SimulatedHost implements Host {
  constructor(
    readonly machine: Machine,
    readonly identity: ProcessIdentity,
  ) {}
  async stamp(): Promise<Stamp> {
    return {wall: this.machine.clock.now(), monotonic: this.machine.clock.monotonic(), boot: `boot-${this.machine.boot}`}
  }
  async ageOf(stamp: Stamp): Promise<number | null> {
    const {clock, boot, faults} = this.machine
    if (stamp.boot !== `boot-${boot}` && !faults.ignoresReboot) return null
    return faults.wallClockAges ? Math.max(0, clock.now() - stamp.wall) : clock.monotonic() - stamp.monotonic
  }
  self = async () => this.identity
  isAlive = async ({pid}: ProcessIdentity) => !this.machine.dead.has(pid)
  bootId = async () => `boot-${this.machine.boot}`
}
