import {readdir, readFile, readlink} from 'node:fs/promises'
import type {ProcessIdentity} from '@orch/plugin-kit'
import {abstractName} from './instance-lock.js'
import {identifyProcess} from './local-host.js'
import {readSupervisorPid} from './supervisor-pid.js'

/** The process in the place of the supervisor. */
export interface LockHolder extends ProcessIdentity {
  /** Milliseconds UTC of its start; null when its own record is gone. */
  readonly since: number | null
}

/**
 * Finds the process that holds the place of the supervisor, whether it answers or not.
 * @param data the state directory
 * @returns null when no process of this user holds it
 */
export async function findLockHolder(data: string): Promise<LockHolder | null> {
  const recorded = await readSupervisorPid(data)
  if (recorded && identifyProcess(recorded.pid)?.startedAt === recorded.startedAt) return recorded
  const pid = process.platform === 'linux' ? await ownerOfLock(data) : null
  const found = pid === null ? null : identifyProcess(pid)
  return found && {...found, since: null}
}

/** The process with the lock's socket among its open files: /proc/net/unix names the inode, /proc/PID/fd links to it (proc(5)). */
async function ownerOfLock(data: string): Promise<number | null> {
  // The kernel shows each NUL of an abstract name as `@`: the one before it, and those with which Node fills the address up.
  const name = await abstractName(data).then(
    (found) => `@${found.slice(1)}`,
    () => null,
  )
  const sockets = await readFile('/proc/net/unix', 'utf8').catch(() => '')
  const inode = sockets
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([, , , , , , , path]) => path?.replace(/@+$/, '') === name)?.[6]
  if (name === null || inode === undefined) return null
  for (const pid of (await readdir('/proc')).filter((each) => /^\d+$/.test(each))) {
    if (await holds(pid, `socket:[${inode}]`)) return Number(pid)
  }
  return null
}

async function holds(pid: string, link: string): Promise<boolean> {
  const folder = `/proc/${pid}/fd`
  for (const fd of await readdir(folder).catch(() => [])) {
    if ((await readlink(`${folder}/${fd}`).catch(() => '')) === link) return true
  }
  return false
}
