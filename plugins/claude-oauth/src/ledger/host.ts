import {uptime} from 'node:os'
import type {Clock, ProcessIdentity, ProcessRunner} from '@orch/plugin-kit'
import {readKernelFile} from '@orch/plugin-kit/files'

/** A moment that stays comparable when somebody sets the wall clock. */
export interface Stamp {
  /** Milliseconds UTC, for people. */
  readonly wall: number
  /** Milliseconds since boot. */
  readonly monotonic: number
  readonly boot: string
}

/** The facts of this machine the ledger rests on. */
export interface Host {
  /** @returns the present moment; `monotonic` is rounded up, so that the time since a stamp is never overstated */
  stamp(): Promise<Stamp>
  /** @returns milliseconds since a stamp, never overstated, whatever the wall clock was set to; null when the machine was booted since */
  ageOf(stamp: Stamp): Promise<number | null>
  /** The process this runs in. */
  self(): Promise<ProcessIdentity>
  /** @returns whether exactly this process still runs; true when nobody can tell */
  isAlive(identity: ProcessIdentity): Promise<boolean>
  bootId(): Promise<string>
}

/** /proc/uptime counts in hundredths of a second. */
const UPTIME_RESOLUTION_MS = 10

/**
 * The machine as it is: /proc on Linux, `sysctl` and `ps` on macOS (not verified there).
 * Time since boot is the greater of two clocks: the system's uptime, which counts suspended time and is the same for all processes, and the
 * uptime at the start moved on by the Clock port, which is finer.
 */
export class SystemHost implements Host {
  readonly #clock: Clock
  readonly #processes: ProcessRunner
  readonly #startedAt: {readonly uptime: number; readonly monotonic: number}
  #boot: Promise<string> | undefined
  #self: Promise<ProcessIdentity> | undefined

  constructor(clock: Clock, processes: ProcessRunner) {
    this.#clock = clock
    this.#processes = processes
    this.#startedAt = {uptime: uptime() * 1_000, monotonic: clock.monotonic()}
  }

  async stamp(): Promise<Stamp> {
    return {wall: this.#clock.now(), monotonic: Math.ceil(this.#sinceBoot()) + UPTIME_RESOLUTION_MS, boot: await this.bootId()}
  }

  async ageOf(stamp: Stamp): Promise<number | null> {
    if (stamp.boot !== (await this.bootId())) return null
    return Math.max(0, Math.floor(this.#sinceBoot()) - stamp.monotonic)
  }

  bootId(): Promise<string> {
    return (this.#boot ??= this.#readBootId())
  }

  self(): Promise<ProcessIdentity> {
    return (this.#self ??= this.#startOf(process.pid).then((startedAt) => ({pid: process.pid, startedAt: startedAt ?? 'unknown'})))
  }

  async isAlive(identity: ProcessIdentity): Promise<boolean> {
    const startedAt = await this.#startOf(identity.pid)
    return startedAt !== null && (startedAt === identity.startedAt || identity.startedAt === 'unknown')
  }

  #sinceBoot(): number {
    return Math.max(uptime() * 1_000, this.#startedAt.uptime + this.#clock.monotonic() - this.#startedAt.monotonic)
  }

  async #readBootId(): Promise<string> {
    if (process.platform === 'linux') return (await readKernelFile('/proc/sys/kernel/random/boot_id')).trim()
    // kern.boottime moves when the clock is set; the session UUID does not.
    const {exitCode, stdout, stderr} = await this.#processes.run('sysctl', ['-n', 'kern.bootsessionuuid'], {timeoutMs: 2_000})
    if (exitCode !== 0) throw new Error(`sysctl kern.bootsessionuuid: ${stderr.trim()}`)
    return stdout.trim()
  }

  async #startOf(pid: number): Promise<string | null> {
    if (process.platform === 'linux') return readKernelFile(`/proc/${pid}/stat`).then(startTimeOf, () => null)
    const {stdout} = await this.#processes.run('ps', ['-o', 'lstart=', '-p', String(pid)], {
      timeoutMs: 2_000,
      env: {LC_ALL: 'C', PATH: '/bin:/usr/bin'},
    })
    return stdout.trim() || null
  }
}

/** @param stat content of /proc/PID/stat (proc(5)) @returns its start time in clock ticks since boot; null for a process that has ended already */
export function startTimeOf(stat: string): string | null {
  // The name in brackets may hold spaces and brackets itself; what follows the last bracket is fields 3 and on.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const state = fields[0]
  return state === 'Z' || state === 'X' ? null : (fields[19] ?? null)
}
