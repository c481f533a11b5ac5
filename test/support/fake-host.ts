import type {ProcessIdentity} from '@orch/plugin-kit'
import type {Host, Lineage, ProcessUse} from '../../src/domain/ports/host.js'

interface FakeProcess {
  readonly startedAt: string
  readonly env: Readonly<Record<string, string>>
  readonly parent: number
  readonly group: number
  readonly cwd: string
  readonly cpuMs: number
  readonly rssBytes: number
  /** The signal that ends it. */
  readonly diesOf: NodeJS.Signals | null
}

/** A machine of which a test says what runs on it. */
export class FakeHost implements Host {
  readonly #processes = new Map<number, FakeProcess>()
  readonly listening = new Set<number>()
  readonly signals: {pid: number; signal: NodeJS.Signals}[] = []
  disk = 100 * 1024 ** 3
  memory = 8 * 1024 ** 3

  /** @param process.diesOf SIGTERM without it; null: nothing ends it */
  run(pid: number, process: Partial<FakeProcess> = {}): this {
    this.#processes.set(pid, {startedAt: '1', env: {}, parent: 1, group: 0, cwd: '/', cpuMs: 0, rssBytes: 0, diesOf: 'SIGTERM', ...process})
    return this
  }

  exit(pid: number): void {
    this.#processes.delete(pid)
  }

  async freeDisk(): Promise<number> {
    return this.disk
  }

  freeMemory(): number {
    return this.memory
  }

  async identify(pid: number): Promise<ProcessIdentity | null> {
    const found = this.#processes.get(pid)
    return found ? {pid, startedAt: found.startedAt} : null
  }

  async family(root: ProcessIdentity | null, name: string, value: string): Promise<ProcessIdentity[]> {
    return (await this.families(name, [{root, marks: [value]}]))[0]!
  }

  async families(name: string, wanted: readonly Lineage[]): Promise<ProcessIdentity[][]> {
    return wanted.map(({root, group = null, marks}) =>
      [...this.#processes]
        .filter(
          ([pid, process]) =>
            (pid === root?.pid && process.startedAt === root.startedAt) || marks.includes(process.env[name]!) || process.group === group,
        )
        .map(([pid, {startedAt}]) => ({pid, startedAt})),
    )
  }

  async census(): Promise<ProcessUse[]> {
    return [...this.#processes].map(([pid, {startedAt, parent, cpuMs, rssBytes}]) => ({pid, startedAt, parent, cpuMs, rssBytes}))
  }

  async environment(pid: number): Promise<Readonly<Record<string, string>> | null> {
    return this.#processes.get(pid)?.env ?? null
  }

  async workingIn(folder: string): Promise<ProcessIdentity[]> {
    return [...this.#processes].filter(([, {cwd}]) => cwd === folder).map(([pid, {startedAt}]) => ({pid, startedAt}))
  }

  async signal({pid, startedAt}: ProcessIdentity, signal: NodeJS.Signals): Promise<boolean> {
    const found = this.#processes.get(pid)
    if (found?.startedAt !== startedAt) return false
    this.signals.push({pid, signal})
    if (found.diesOf === signal || (signal === 'SIGKILL' && found.diesOf !== null)) this.exit(pid)
    return true
  }

  async isListening(port: number): Promise<boolean> {
    return this.listening.has(port)
  }
}
