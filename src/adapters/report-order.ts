import {lstat} from 'node:fs/promises'
import {join} from 'node:path'

interface Written {
  readonly name: string
  /** Nanoseconds UTC of its last byte, as exact as the kernel's clock for files: often no more than a few milliseconds. */
  readonly at: bigint
  /** Number of the process that wrote it. */
  readonly pid: number
}

/** Numbers of processes further apart than this have begun anew in between: the smallest limit of Linux is 32768 (proc(5), pid_max). */
const WRAPPED = 16_384

/**
 * The order in which an agent's hooks wrote their reports. One hook ends before the next begins, so the later report is not older, and of two that the
 * clock cannot tell apart the later one is of the later process: the kernel gives numbers in turn.
 * @param names of reports in the folder
 * @returns those of earlier versions first, whose names begin with the time
 */
export async function inOrder(folder: string, names: readonly string[]): Promise<readonly string[]> {
  const ofHook = names.filter((name) => PID.test(name))
  const written = await Promise.all(ofHook.map((name) => writtenAs(folder, name)))
  return [...names.filter((name) => !PID.test(name)).sort(), ...written.sort(compare).map(({name}) => name)]
}

const PID = /^(\d{1,9})\.\d+\.report$/

async function writtenAs(folder: string, name: string): Promise<Written> {
  const stat = await lstat(join(folder, name), {bigint: true}).catch(() => null)
  return {name, at: stat?.mtimeNs ?? 0n, pid: Number(PID.exec(name)![1])}
}

function compare(a: Written, b: Written): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1
  const apart = a.pid - b.pid
  return Math.abs(apart) > WRAPPED ? -apart : apart
}
