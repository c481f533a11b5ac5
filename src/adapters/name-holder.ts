import {readdir, readlink, stat} from 'node:fs/promises'
import {setTimeout as sleep} from 'node:timers/promises'
import {readKernelFile} from '@orch/plugin-kit/files'

/** Who holds an abstract name: a process of this user, one of another user (uid null where the kernel hides it), no process, or unknown. */
export type NameHolder =
  | {readonly whose: 'own'; readonly pid: number}
  | {readonly whose: 'foreign'; readonly uid: number | null}
  | {readonly whose: 'none'}
  | {readonly whose: 'unknown'}

/** A process that is ending shows no open files for a moment before the kernel frees its names. */
const LOOKS = 3
const BETWEEN_MS = 30

/**
 * Finds whose process holds an abstract name. `foreign` is said only where a process of this user would have been seen.
 * @param name without the leading NUL
 * @param proc where proc(5) is mounted
 */
export async function findNameHolder(name: string, proc = '/proc'): Promise<NameHolder> {
  let found = await look(name, proc)
  for (let looks = 1; looks < LOOKS && found.whose === 'foreign' && found.uid === null; looks++) {
    await sleep(BETWEEN_MS)
    found = await look(name, proc)
  }
  return found
}

async function look(name: string, proc: string): Promise<NameHolder> {
  const sockets = await readKernelFile(`${proc}/net/unix`).catch(() => null)
  if (sockets === null || !(await showsOwnFiles(proc))) return {whose: 'unknown'}
  const inode = inodeOf(name, sockets)
  if (inode === null) return {whose: 'none'}
  const me = process.geteuid!()
  const ownProgram = await programOf(proc, process.pid)
  let unreadable = false
  for (const pid of (await readdir(proc)).filter((each) => /^\d+$/.test(each)).map(Number)) {
    const files = await readdir(`${proc}/${pid}/fd`).catch((error: NodeJS.ErrnoException) => (error.code === 'EACCES' ? null : []))
    // Another user's are unreadable too, and so are ssh-agent and the like of this user; only a program like this one can be a supervisor.
    if (files === null) unreadable ||= (await uidsOf(proc, pid)).includes(me) && (await programOf(proc, pid)) === ownProgram
    else if (await links(`${proc}/${pid}/fd`, files, `socket:[${inode}]`)) {
      const uids = await uidsOf(proc, pid)
      if (uids.length === 0) continue
      return uids.includes(me) ? {whose: 'own', pid} : {whose: 'foreign', uid: uids[0]!}
    }
  }
  return unreadable ? {whose: 'unknown'} : {whose: 'foreign', uid: null}
}

/** False where the program file cannot be read or has capabilities: the kernel then hides the open files of each process of it (proc(5)). */
async function showsOwnFiles(proc: string): Promise<boolean> {
  const owner = await stat(`${proc}/${process.pid}/fd`).catch(() => null)
  return owner?.uid === process.geteuid!()
}

/** The kernel shows each NUL of an abstract name as `@`: the one before it, and those with which Node fills the address up. */
function inodeOf(name: string, sockets: string): string | null {
  const rows = sockets.split('\n').map((line) => line.trim().split(/\s+/))
  return rows.find(([, , , , , , , path]) => path?.replace(/@+$/, '') === `@${name}`)?.[6] ?? null
}

async function links(folder: string, files: readonly string[], target: string): Promise<boolean> {
  for (const file of files) {
    if ((await readlink(`${folder}/${file}`).catch(() => '')) === target) return true
  }
  return false
}

/** Real, effective, saved and file system uid; empty when the process ended. */
async function uidsOf(proc: string, pid: number): Promise<number[]> {
  const status = await readKernelFile(`${proc}/${pid}/status`).catch(() => '')
  return /^Uid:\s+(.*)$/m.exec(status)?.[1]?.split(/\s+/).map(Number) ?? []
}

async function programOf(proc: string, pid: number): Promise<string> {
  return (await readKernelFile(`${proc}/${pid}/comm`).catch(() => '')).trim()
}
