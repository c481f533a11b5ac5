import type {ProcessIdentity} from '@orch/plugin-kit'
import {identifyProcess} from './local-host.js'
import {lockKeys, pidNamespace} from './lock-keys.js'
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

/**
 * Whether a process may hold the place that cannot be seen from here: without /proc, or from another pid namespace (namespaces(7)).
 * @param data the state directory
 */
export async function isHolderHidden(data: string, proc?: string): Promise<boolean> {
  if (process.platform !== 'linux') return true
  const [keys, here, names] = [await lockKeys(data).catch(() => []), await pidNamespace(), await lockNames(data).catch(() => [])]
  if (keys.some(({namespace}) => namespace !== here)) return true
  const holders = await Promise.all(names.map((name) => findNameHolder(name, proc)))
  return holders.some(({whose}) => whose === 'unknown')
}

async function ownerOfLock(data: string): Promise<number | null> {
  for (const name of await lockNames(data).catch(() => [])) {
    const holder = await findNameHolder(name)
    if (holder.whose === 'own') return holder.pid
  }
  return null
}
