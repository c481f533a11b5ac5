import {dirname} from 'node:path'
import {makeFolder} from '@orch/plugin-kit/files'
import {OrchError, isOrchError, messageOf, type Clock, type OauthLedger, type PortHistory, type PortLease} from '@orch/plugin-kit'
import {FileLock} from './file-lock.js'
import type {Host} from './host.js'
import {readLedger, writeLedger, type LedgerDocument, type LedgerStorage, type LeaseRecord, type PortRecord} from './ledger-document.js'

export interface FileLedgerOptions {
  /** The file; shared by every supervisor of this OS user. */
  readonly path: string
  /** State directory of this supervisor. */
  readonly home: string
  readonly host: Host
  readonly clock: Clock
  /** Milliseconds to wait for another supervisor's write; 5 s without it. */
  readonly patienceMs?: number
  /** The file at `path` under a lock beside it, without it. */
  readonly storage?: LedgerStorage
}

const NOTHING: PortRecord = {killed: null, exited: null, lease: null}

/** The ledger as a JSON file, written whole under an exclusive lock. */
export class FileLedger implements OauthLedger {
  readonly #options: FileLedgerOptions
  readonly #storage: LedgerStorage
  /** Writes of this process, one behind the other: they would only wait for each other at the lock. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: FileLedgerOptions) {
    this.#options = options
    this.#storage = options.storage ?? fileStorage(options)
  }

  async history(port: number): Promise<PortHistory> {
    const {host, clock} = this.#options
    return this.#failing(async () => {
      const {killed, exited, lease} = recordOf(await this.#storage.read(), port)
      const stamps = [killed, exited, lease?.taken ?? null]
      const ages = await Promise.all(stamps.map(async (stamp) => (stamp ? host.ageOf(stamp) : null)))
      // One reading of the wall clock for all: what it is set to between two readings would look like age.
      const asOf = clock.now()
      const [killedAt = null, exitedAt = null, takenAt = null] = ages.map((age) => (age === null ? null : asOf - age))
      // After a reboot nothing of the start it was taken for is left.
      return {port, asOf, killedAt, exitedAt, lease: lease && takenAt !== null ? {run: lease.run, agent: lease.agent, takenAt} : null}
    })
  }

  async recordKill(port: number): Promise<void> {
    const killed = await this.#failing(() => this.#options.host.stamp())
    await this.#change(port, (record) => [{...record, killed}, undefined])
  }

  async recordExit(port: number): Promise<void> {
    const exited = await this.#failing(() => this.#options.host.stamp())
    await this.#change(port, (record) => [{...record, exited}, undefined])
  }

  /**
   * A lease is judged by its run alone: a caller that acts for that run inherits it from a supervisor that died, nobody else gets it before it is
   * released. Only a reboot ends it otherwise.
   */
  async takeLease(port: number, {run, agent}: {run: string; agent: string}): Promise<boolean> {
    const {host, home} = this.#options
    // Looked at before the lock is asked for: many starts that wait for one lease would hold each other up.
    const seen = (await this.history(port)).lease
    if (seen && seen.run !== run) return false
    return this.#change(port, async (record) => {
      const held = record.lease && (await host.ageOf(record.lease.taken)) !== null ? record.lease : null
      if (held && held.run !== run) return [record, false]
      const lease: LeaseRecord = {run, agent, taken: held?.taken ?? (await host.stamp()), supervisor: await host.self(), home}
      return [{...record, lease}, true]
    })
  }

  releaseLease(port: number, run: string): Promise<boolean> {
    return this.#change(port, (record) => (record.lease?.run === run ? [{...record, lease: null}, true] : [record, false]))
  }

  async ownLeases(): Promise<(PortLease & {readonly port: number})[]> {
    const {home} = this.#options
    const {ports} = await this.#failing(() => this.#storage.read())
    const own = Object.entries(ports).filter(([, {lease}]) => lease?.home === home)
    const histories = await Promise.all(own.map(([port]) => this.history(Number(port))))
    return histories.flatMap(({port, lease}) => (lease ? [{...lease, port}] : []))
  }

  /** Writes the ledger as it stands. */
  async requireWritable(): Promise<void> {
    await this.#locked(async () => this.#storage.write(await this.#storage.read()))
  }

  /** @returns whether the supervisor that holds the lease on `port` still runs; null without a lease */
  async holderAlive(port: number): Promise<boolean | null> {
    const {lease} = recordOf(await this.#failing(() => this.#storage.read()), port)
    return lease && this.#options.host.isAlive(lease.supervisor)
  }

  /** @param change gives the new record and what to return; the same record means there is nothing to write */
  async #change<T>(port: number, change: (record: PortRecord) => [PortRecord, T] | Promise<[PortRecord, T]>): Promise<T> {
    return this.#locked(async () => {
      const document = await this.#storage.read()
      const record = recordOf(document, port)
      const [changed, result] = await change(record)
      if (changed !== record) await this.#storage.write({...document, ports: {...document.ports, [port]: changed}})
      return result
    })
  }

  async #locked<T>(change: () => Promise<T>): Promise<T> {
    const work = () => this.#failing(() => this.#storage.exclusively(change))
    const done = this.#last.then(work)
    this.#last = done.catch(() => undefined)
    return done
  }

  async #failing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (isOrchError(error)) throw error
      throw new OrchError('ORCH_LEDGER', {path: this.#options.path, why: messageOf(error)}, {cause: error})
    }
  }
}

function fileStorage({path, host, clock, patienceMs = 5_000}: FileLedgerOptions): LedgerStorage {
  const lock = new FileLock({path: `${path}.lock`, host, clock, patienceMs})
  return {
    read: () => readLedger(path),
    exclusively: async (work) => {
      await makeFolder(dirname(path))
      return lock.hold(work)
    },
    write: (document) => writeLedger(path, document),
  }
}

function recordOf(document: LedgerDocument, port: number): PortRecord {
  return document.ports[String(port)] ?? NOTHING
}
