import type {ProcessIdentity} from '@orch/plugin-kit'
import {identifyProcess} from './local-host.js'
import {lockNames} from './lock-names.js'
import {findNameHolder} from './name-holder.js'
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

async function ownerOfLock(data: string): Promise<number | null> {
  for (const name of await lockNames(data).catch(() => [])) {
    const holder = await findNameHolder(name)
    if (holder.whose === 'own') return holder.pid
  }
  return null
}
