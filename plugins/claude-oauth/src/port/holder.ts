import {readdir, readFile, readlink} from 'node:fs/promises'
import {join} from 'node:path'
import type {PortHolder, ProcessRunner} from '@orch/plugin-kit'
import {parseLsof} from './lsof.js'
import type {Listener} from './listeners.js'
import {runBehind} from './run-behind.js'

/** Names the process behind a listener. It is named, never ended. */
export interface HolderFinder {
  /** @returns what this user may see of it: all null when it is another user's */
  find(listeners: readonly Listener[]): Promise<PortHolder>
}

const NOBODY: PortHolder = {pid: null, command: null, cwd: null, run: null}

/** Looks for the socket's inode among the open files of every process this user may look into. */
export class ProcHolderFinder implements HolderFinder {
  async find(listeners: readonly Listener[]): Promise<PortHolder> {
    const wanted = new Set(listeners.flatMap(({inode}) => (inode === null ? [] : [`socket:[${inode}]`])))
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
    for (const pid of pids) {
      if (await hasOpen(pid, wanted)) return describe(pid)
    }
    return NOBODY
  }
}

/** Asks lsof. Which run of orch it belongs to is not told there. Not verified on macOS. */
export class LsofHolderFinder implements HolderFinder {
  readonly #processes: ProcessRunner

  constructor(processes: ProcessRunner) {
    this.#processes = processes
  }

  async find(listeners: readonly Listener[]): Promise<PortHolder> {
    const pid = listeners.find((listener) => listener.pid !== null)?.pid
    if (pid === undefined || pid === null) return NOBODY
    const [files, commandLine] = await Promise.all([
      this.#processes.run('lsof', ['-a', '-p', String(pid), '-d', 'cwd', '-Fpcn'], {timeoutMs: 1_500}),
      this.#processes.run('ps', ['-o', 'command=', '-p', String(pid)], {timeoutMs: 1_500}),
    ])
    const entry = parseLsof(files.stdout)[0]
    return {pid, command: commandLine.stdout.trim() || entry?.command || null, cwd: entry?.name ?? null, run: null}
  }
}

async function hasOpen(pid: string, wanted: ReadonlySet<string>): Promise<boolean> {
  const folder = join('/proc', pid, 'fd')
  // Processes of others cannot be looked into, and any process may end meanwhile.
  const files = await readdir(folder).catch(() => [])
  const targets = await Promise.all(files.map((file) => readlink(join(folder, file)).catch(() => '')))
  return targets.some((target) => wanted.has(target))
}

async function describe(pid: string): Promise<PortHolder> {
  const [command, cwd, run] = await Promise.all([
    readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
    readlink(`/proc/${pid}/cwd`).catch(() => null),
    runBehind(Number(pid)),
  ])
  return {pid: Number(pid), command: command.replaceAll('\0', ' ').trim() || null, cwd, run}
}
