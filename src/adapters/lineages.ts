import {readdir, readlink, stat} from 'node:fs/promises'
import {readKernelFile} from '@orch/plugin-kit/files'
import type {Ancestor, Lineage} from '../domain/lineage.js'

/** Ancestors that are looked at; a process tree is never that deep. */
const MAX_DEPTH = 64

interface Row extends Ancestor {
  readonly session: number
  /** Device number of the controlling terminal; 0: none. */
  readonly terminal: number
}

/** Marks by which a process belongs to the agents of one state directory. */
interface Marks {
  readonly state: string
  /** Name of orch's tmux socket. */
  readonly keeper: string
}

/** Reads from /proc (proc(5)) who started whom. A process of another user is seen without its environment. */
export class Lineages {
  readonly #marks: Marks
  readonly #proc: string

  constructor(marks: Marks, proc = '/proc') {
    this.#marks = marks
    this.#proc = proc
  }

  /** A process with all above it; empty when it is not there. */
  async of(pid: number): Promise<Lineage> {
    const line: Row[] = []
    for (let next = pid; next > 0 && line.length < MAX_DEPTH;) {
      const row = await this.#row(next)
      if (!row) break
      line.push(row)
      next = row.parent
    }
    return line
  }

  /** Whether it has a controlling terminal. */
  async hasTerminal(pid: number): Promise<boolean> {
    return ((await this.#row(pid))?.terminal ?? 0) !== 0
  }

  /** The process that began a caller's session, with all above it. */
  async leader(pid: number): Promise<Lineage> {
    return this.of((await this.#row(pid))?.session ?? 0)
  }

  /** The processes of a caller's session, of its terminal, and those that hold the other end of it. */
  async around(pid: number): Promise<readonly Lineage[]> {
    const caller = await this.#row(pid)
    if (!caller) return []
    const rows = await Promise.all((await this.#pids()).map((each) => this.#row(each)))
    const near = rows.filter(
      (row) => row && (row.session === caller.session || (caller.terminal !== 0 && row.terminal === caller.terminal)),
    )
    const holders = await this.#holdersOf(caller.terminal)
    return Promise.all([...near.map((row) => row!.pid), ...holders].map((each) => this.of(each)))
  }

  /** Processes with the master of a pseudo-terminal: `tty-index` in their fdinfo names its other end. */
  async #holdersOf(terminal: number): Promise<number[]> {
    const index = pseudoTerminal(terminal)
    if (index === null) return []
    const pids = await this.#pids()
    const holds = await Promise.all(pids.map((pid) => this.#isHolder(pid, index)))
    return pids.filter((_, place) => holds[place])
  }

  async #isHolder(pid: number, index: number): Promise<boolean> {
    const files = await readdir(`${this.#proc}/${pid}/fd`).catch(() => [])
    for (const file of files) {
      const target = await readlink(`${this.#proc}/${pid}/fd/${file}`).catch(() => '')
      if (!/^\/dev\/(?:pts\/)?ptmx$/.test(target)) continue
      if (new RegExp(`^tty-index:\\s*${index}$`, 'm').test((await this.#read(`${pid}/fdinfo/${file}`)) ?? '')) return true
    }
    return false
  }

  async #pids(): Promise<number[]> {
    return (await readdir(this.#proc)).filter((name) => /^\d+$/.test(name)).map(Number)
  }

  async #row(pid: number): Promise<Row | null> {
    const text = await this.#read(`${pid}/stat`)
    if (text === null) return null
    const owner = await stat(`${this.#proc}/${pid}`).catch(() => null)
    const environment = ((await this.#read(`${pid}/environ`)) ?? '').split('\0')
    // The second field is a name in brackets that may hold anything.
    const [start, end] = [text.indexOf('('), text.lastIndexOf(')')]
    const fields = text.slice(end + 2).split(' ')
    return {
      pid,
      parent: Number(fields[1]),
      session: Number(fields[3]),
      terminal: Number(fields[4]),
      startedAt: Number(fields[19]),
      uid: owner?.uid ?? -1,
      command: text.slice(start + 1, end),
      isRun: this.#isRun(environment),
      isKeeper: environment.includes(`ORCH_KEEPER=${this.#marks.keeper}`),
    }
  }

  /** Agents of another state directory are nothing to this one: orch may be built by orch. */
  #isRun(environment: readonly string[]): boolean {
    return environment.some((entry) => entry.startsWith('ORCH_RUN=')) && environment.includes(`ORCH_STATE=${this.#marks.state}`)
  }

  #read(name: string): Promise<string | null> {
    return readKernelFile(`${this.#proc}/${name}`).catch(() => null)
  }
}

/** The number in /dev/pts of a terminal's device; null for any other. Majors 136 to 143, as Linux's devices.txt has them. */
function pseudoTerminal(device: number): number | null {
  const major = (device >> 8) & 0xfff
  const minor = (device & 0xff) | ((device >> 12) & 0xfff00)
  return major >= 136 && major <= 143 ? (major - 136) * 256 + minor : null
}
