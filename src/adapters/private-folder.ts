import {lstatSync, realpathSync} from 'node:fs'
import {dirname, join, parse, sep} from 'node:path'
import {OrchError} from '@orch/plugin-kit'

const ROOT = 0
/** Permission to write for the group and for others (stat(2)). */
const GROUP_OR_OTHERS = 0o022
const OTHERS = 0o002
/** In such a folder only the owner of an entry may replace it (S_ISVTX of stat(2), as on /tmp). */
const STICKY = 0o1000

/**
 * Checks that no other user can put a socket or file of his into a folder, or a folder of his in its place. A listener in such a
 * folder is this user: no secret is sent before this was checked.
 * @param folder absolute
 * @returns false when it is not there
 * @throws ORCH_STATE naming what is wrong and whose it is
 */
export function requirePrivateFolder(folder: string): boolean {
  const me = process.getuid?.()
  // Windows has neither users nor modes of this kind.
  if (me === undefined) return lstatSync(folder, {throwIfNoEntry: false}) !== undefined
  for (const path of wayTo(folder)) {
    const found = lstatSync(path, {throwIfNoEntry: false})
    if (!found) return false
    if (found.isSymbolicLink() && ![me, ROOT].includes(found.uid)) throw refused(path, `it is a link of user ${found.uid}`)
  }
  const real = realpathSync(folder)
  const {uid, mode} = lstatSync(real)
  if (uid !== me) throw refused(folder, `it belongs to user ${uid}`)
  if ((mode & GROUP_OR_OTHERS) !== 0) throw refused(folder, 'others may write to it', `chmod 700 ${folder}`)
  for (const parent of wayTo(dirname(real))) requireSafeParent(folder, parent, me)
  return true
}

/** @throws ORCH_STATE for an object that is there and is not this user's, or is a link */
export function requireOwn(path: string): void {
  const me = process.getuid?.()
  const found = lstatSync(path, {throwIfNoEntry: false})
  if (!found || me === undefined) return
  if (found.isSymbolicLink()) throw refused(path, 'it is a link')
  if (found.uid !== me) throw refused(path, `it belongs to user ${found.uid}`)
}

/** Who may rename in a parent can exchange the folder. root is left alone by the owners of its parents in many containers. */
function requireSafeParent(folder: string, parent: string, me: number): void {
  const {uid, mode} = lstatSync(parent)
  if ((mode & OTHERS) !== 0 && (mode & STICKY) === 0) throw refused(folder, `everybody may write to ${parent}`, `chmod o-w ${parent}`)
  if (me !== ROOT && uid !== me && uid !== ROOT) throw refused(folder, `user ${uid} owns ${parent} and could exchange it`)
}

/** Each folder from the root down to `path`. */
function wayTo(path: string): string[] {
  const {root} = parse(path)
  const parts = path.slice(root.length).split(sep).filter(Boolean)
  return [root, ...parts.map((_, index) => join(root, ...parts.slice(0, index + 1)))]
}

function refused(path: string, why: string, remedy = 'Set ORCH_DATA_DIR to a folder that only you can write to.'): OrchError {
  return new OrchError('ORCH_STATE', {path, why, remedy})
}
