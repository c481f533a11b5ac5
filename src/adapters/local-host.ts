import {readdirSync} from 'node:fs'
import {readlink, statfs} from 'node:fs/promises'
import {freemem} from 'node:os'
import {connect} from 'node:net'
import {readKernelFile, readKernelFileSync} from '@orch/plugin-kit/files'
import type {ProcessIdentity, ProcessRunner} from '@orch/plugin-kit'
import type {Host, Lineage, ProcessUse} from '../domain/ports/host.js'
import {ProcessTree} from '../domain/process-tree.js'
import {parseProcesses} from './ps-table.js'

/** USER_HZ, the unit of times in /proc/PID/stat: 100 on every Linux that Node runs on (proc(5), sysconf(3)). */
const TICKS_A_SECOND = 100
/** Bytes of a page; 4096 on x86-64 and on most arm64 (getconf PAGESIZE). */
const PAGE_BYTES = 4096

interface Row extends ProcessUse {
  readonly group: number
}

/** This machine through /proc (proc(5)). Without /proc (macOS) processes are told apart by pid alone, and ps(1) counts them: not verified there. */
export class LocalHost implements Host {
  readonly #processes: ProcessRunner

  constructor(processes: ProcessRunner) {
    this.#processes = processes
  }

  async freeDisk(path: string): Promise<number> {
    const {bavail, bsize} = await statfs(path)
    return bavail * bsize
  }

  freeMemory(): number {
    return process.availableMemory?.() ?? freemem()
  }

  async identify(pid: number): Promise<ProcessIdentity | null> {
    return identifyProcess(pid)
  }

  async family(root: ProcessIdentity | null, name: string, value: string): Promise<ProcessIdentity[]> {
    return (await this.families(name, [{root, marks: [value]}]))[0]!
  }

  async families(name: string, wanted: readonly Lineage[]): Promise<ProcessIdentity[][]> {
    const rows = processTable()
    const tree = new ProcessTree(rows)
    const marks = await Promise.all(rows.map(({pid}) => valueOf(pid, name)))
    return wanted.map(({root, group = null, marks: own}) => {
      const family = root === null ? [] : tree.family(root)
      const related = rows.filter((row, index) => own.includes(marks[index]!) || (group !== null && row.group === group))
      const found = new Map([...family, ...related].map((row) => [row.pid, row]))
      return [...found.values()].map(({pid, startedAt}) => ({pid, startedAt}))
    })
  }

  async census(): Promise<readonly ProcessUse[]> {
    if (process.platform === 'linux') return processTable().map(({group: _, ...row}) => row)
    const {stdout} = await this.#processes.run('ps', ['-axo', 'pid=,ppid=,rss=,time='], {timeoutMs: 10_000})
    return parseProcesses(stdout)
  }

  async environment(pid: number): Promise<Readonly<Record<string, string>> | null> {
    const words = await readEnvironment(pid)
    return (
      words &&
      Object.fromEntries(
        words.filter((word) => word.includes('=')).map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
      )
    )
  }

  async workingIn(folder: string): Promise<readonly ProcessIdentity[]> {
    const rows = processTable()
    const inside = await Promise.all(rows.map(async ({pid}) => isInside(await readlink(`/proc/${pid}/cwd`).catch(() => ''), folder)))
    return rows.filter((_, index) => inside[index]).map(({pid, startedAt}) => ({pid, startedAt}))
  }

  async signal(target: ProcessIdentity, signal: NodeJS.Signals): Promise<boolean> {
    if (!same(await this.identify(target.pid), target)) return false
    try {
      process.kill(target.pid, signal)
      return true
    } catch {
      return false
    }
  }

  isListening(port: number): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect({host: '127.0.0.1', port})
      const settle = (answer: boolean) => {
        socket.destroy()
        resolve(answer)
      }
      socket.once('connect', () => settle(true))
      socket.once('error', () => settle(false))
    })
  }
}

/** @returns null when no such process runs */
export function identifyProcess(pid: number): ProcessIdentity | null {
  const row = readProcess(pid)
  return row && {pid: row.pid, startedAt: row.startedAt}
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}

function same(a: ProcessIdentity | null, b: ProcessIdentity | null): boolean {
  return a !== null && b !== null && a.pid === b.pid && a.startedAt === b.startedAt
}

/**
 * Read without the thread pool: the kernel makes these files up as they are read, in 12 µs of processor time each; an asynchronous read takes 78
 * (measured on Linux 6.18, Node 20.20).
 */
function processTable(): Row[] {
  return processIds()
    .map((pid) => readProcess(pid))
    .filter((row) => row !== null)
}

function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}

/** Field 4 is the parent, 5 the process group, 14 and 15 are processor time, 22 the start time, 24 the resident pages; the name in brackets may hold anything, so fields are counted from the last bracket. */
function readProcess(pid: number): Row | null {
  try {
    const stat = readKernelFileSync(`/proc/${pid}/stat`)
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // A zombie has ended; only its parent has not asked yet.
    if (fields[0] === 'Z') return null
    const cpuMs = ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_A_SECOND
    return {
      pid,
      parent: Number(fields[1]),
      group: Number(fields[2]),
      startedAt: fields[19]!,
      cpuMs,
      rssBytes: Number(fields[21]) * PAGE_BYTES,
    }
  } catch {
    return process.platform === 'linux' ? null : withoutProc(pid)
  }
}

function withoutProc(pid: number): Row | null {
  try {
    process.kill(pid, 0)
    return {pid, parent: 0, group: 0, startedAt: 'unknown', cpuMs: 0, rssBytes: 0}
  } catch {
    return null
  }
}

async function valueOf(pid: number, name: string): Promise<string | null> {
  const word = (await readEnvironment(pid))?.find((each) => each.startsWith(`${name}=`))
  return word === undefined ? null : word.slice(name.length + 1)
}

/** Asynchronous: a process that is being set up or torn down may hold its reader up. */
async function readEnvironment(pid: number): Promise<string[] | null> {
  try {
    return (await readKernelFile(`/proc/${pid}/environ`)).split('\0')
  } catch {
    return null
  }
}
