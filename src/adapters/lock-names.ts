import {stat} from 'node:fs/promises'
import {setTimeout as sleep} from 'node:timers/promises'
import {holdName, type HeldName} from './abstract-socket.js'
import {identifyProcess} from './local-host.js'
import {keptLockKey, lockKeys, makeLockKey, pidNamespace, removeLockKey, type LockKey} from './lock-keys.js'
import {findNameHolder, type NameHolder} from './name-holder.js'
import {readSupervisorPid} from './supervisor-pid.js'
import type {OwnFile} from '../domain/own-file.js'

/** Names that may turn out to be taken, replaced or free again before a start gives up. */
const ATTEMPTS = 50
/** A start with an outdated list of keys may hold an earlier name for a moment. */
const EARLIER_LOOKS = 20
const BETWEEN_MS = 50

/**
 * Takes the lock on Linux: the abstract name of the highest key in the state directory. A name that another user holds is replaced by a new key.
 *
 * Two processes cannot both succeed. Each takes its name first and then checks that no higher key exists; and each checks, after its key
 * exists, that no process of this user holds an earlier name. Of two processes with different keys, one sees the other.
 * @returns null when another process has the lock, or when that cannot be ruled out
 */
export async function takeNames(folder: string): Promise<InstanceLock | null> {
  const notes: string[] = []
  const namespace = await pidNamespace()
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const [key] = await lockKeys(folder)
    if (key === undefined) await makeLockKey(folder, 1)
    else if (key.name === null) {
      if (await isRecordedElsewhere(folder)) return null
      await makeLockKey(folder, key.generation + 1)
    } else {
      const held = await holdName(key.name)
      if (held) {
        const [highest, ...earlier] = await lockKeys(folder)
        if (highest?.name === key.name && key.namespace === namespace) return complete({folder, held, key, earlier, namespace, notes})
        // Holders are judged by processes of the key's namespace, so a start in another one needs a key of its own.
        if (highest?.name === key.name) await makeLockKey(folder, key.generation + 1)
        await held.release()
        continue
      }
      const holder = await findNameHolder(key.name)
      if (holder.whose === 'none') continue
      if (holder.whose !== 'foreign' || key.namespace !== namespace || (await isRecordedElsewhere(folder))) return null
      notes.push(`${describe(holder)} holds the name of the supervisor's lock; a new name is used instead`)
      await makeLockKey(folder, key.generation + 1)
    }
  }
  return null
}

/** Every abstract name that may be this lock's, for finding its holder. */
export async function lockNames(folder: string): Promise<string[]> {
  const names = (await lockKeys(folder)).map(({name}) => name)
  return [...names.filter((name) => name !== null), await firstName(folder)]
}

/** The name up to orch 1.0, which anybody can predict: device and inode of the folder. Such a supervisor knows no keys, so it is taken too. */
export async function firstName(folder: string): Promise<string> {
  const {dev, ino} = await stat(folder, {bigint: true})
  return `orch-${process.getuid?.() ?? 0}-${dev}:${ino}`
}

interface Candidate {
  readonly folder: string
  readonly held: HeldName
  readonly key: LockKey
  readonly earlier: readonly LockKey[]
  readonly namespace: string
  readonly notes: string[]
}

/** Makes sure that no supervisor has an earlier name. */
async function complete({folder, held, key, earlier, namespace, notes}: Candidate): Promise<InstanceLock | null> {
  try {
    for (const {name, namespace: of} of earlier) {
      if (name !== null && !(await isFreeOfSupervisors(name, of === namespace))) return await refuse(held)
    }
    const first = await takeFirstName(await firstName(folder))
    if (first === 'refused') return await refuse(held)
    if (first.note !== null) notes.push(first.note)
    for (const each of earlier) await removeLockKey(folder, each)
    return {
      notes,
      files: [keptLockKey(folder, key)],
      release: async () => {
        await first.held?.release()
        await held.release()
      },
    }
  } catch (error) {
    await held.release()
    throw error
  }
}

async function refuse(held: HeldName): Promise<null> {
  await held.release()
  return null
}

async function isFreeOfSupervisors(name: string, sameNamespace: boolean): Promise<boolean> {
  for (let looks = 0; looks < EARLIER_LOOKS; looks++) {
    const probe = await holdName(name)
    await probe?.release()
    if (probe) return true
    const {whose} = await findNameHolder(name)
    if (whose === 'foreign' && sameNamespace) return true
    if (whose === 'foreign' || whose === 'unknown') return false
    await sleep(BETWEEN_MS)
  }
  return false
}

async function takeFirstName(name: string): Promise<{held: HeldName | null; note: string | null} | 'refused'> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const held = await holdName(name)
    if (held) return {held, note: null}
    const holder = await findNameHolder(name)
    if (holder.whose === 'foreign')
      return {held: null, note: `${describe(holder)} holds the lock name of earlier versions of orch; it is not needed`}
    if (holder.whose !== 'none') return 'refused'
  }
  return 'refused'
}

/** The running supervisor's own record outweighs what /proc shows. */
async function isRecordedElsewhere(folder: string): Promise<boolean> {
  const recorded = await readSupervisorPid(folder)
  return recorded !== null && recorded.pid !== process.pid && identifyProcess(recorded.pid)?.startedAt === recorded.startedAt
}

function describe(holder: NameHolder): string {
  return holder.whose === 'foreign' && holder.uid !== null ? `user ${holder.uid}` : 'another user'
}

export interface InstanceLock {
  /** What the log should say of how it was taken. */
  readonly notes: readonly string[]
  /** What the next start finds the lock by. */
  readonly files: readonly OwnFile[]
  release(): Promise<void>
}
