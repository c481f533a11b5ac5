import {readdirSync, readlinkSync} from 'node:fs'
import {readdir, readlink} from 'node:fs/promises'
import {setImmediate as letOthersRun} from 'node:timers/promises'
import type {PortHolder, ProcessRunner} from '@orch/plugin-kit'
import {readKernelFile} from '@orch/plugin-kit/files'
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
      if (hasOpen(pid, wanted)) return describe(pid)
      await letOthersRun()
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

/**
 * Synchronous on purpose, one process at a time: /proc waits for no disk, and thousands of links through the few threads of the asynchronous
 * functions held up every other file access for seconds on a busy machine.
 */
function hasOpen(pid: string, wanted: ReadonlySet<string>): boolean {
  const folder = `/proc/${pid}/fd`
  // Processes of others cannot be looked into, and any process may end meanwhile.
  return orNothing(() => readdirSync(folder)).some((file) => wanted.has(orNothing(() => [readlinkSync(`${folder}/${file}`)])[0] ?? ''))
}

function orNothing(read: () => string[]): string[] {
  try {
    return read()
  } catch {
    return []
  }
}

async function describe(pid: string): Promise<PortHolder> {
  const [command, cwd, run] = await Promise.all([
    readKernelFile(`/proc/${pid}/cmdline`).catch(() => ''),
    readlink(`/proc/${pid}/cwd`).catch(() => null),
    runBehind(Number(pid)),
  ])
  return {pid: Number(pid), command: command.replaceAll('\0', ' ').trim() || null, cwd, run}
}
