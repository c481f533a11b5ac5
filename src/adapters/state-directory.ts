import {readlink, stat} from 'node:fs/promises'
import {join} from 'node:path'
import {makeFolder, readBoundedText, readKernelFile} from '@orch/plugin-kit/files'
import {OrchError, messageOf} from '@orch/plugin-kit'
import type {OwnFile} from '../domain/own-file.js'
import {KeptFile} from './kept-file.js'
import {STORE_SCHEMA} from './project-schema.js'

/** Bytes of the record at most. */
const LONGEST = 100_000

/** Whose a state directory is; recorded at its first use. */
interface Owner {
  readonly schema: number
  readonly machine: string | null
  readonly network: string | null
  /** Namespaces are numbered anew by each boot. */
  readonly boot: string | null
  /** TMUX_TMPDIR of the first supervisor: the agents' tmux server is there, wherever the next one is started from. */
  readonly tmuxFolder: string | null
}

/** What the state directory says of its last use. */
export interface Claimed {
  /** Folder of the tmux socket as it was recorded at the first use; null without one. */
  readonly tmuxFolder: string | null
  /** The machine was started anew since then. */
  readonly rebooted: boolean
  /** The record of whose it is. */
  readonly owner: OwnFile
}

/**
 * Makes the state directory, or checks that it is this machine's.
 * @param tmuxFolder TMUX_TMPDIR of this process, null without one
 * @throws ORCH_STATE for a directory of another machine or network namespace, of another user, or of a newer orch: it is left untouched
 */
export async function claimStateDirectory(folder: string, tmuxFolder: string | null): Promise<Claimed> {
  await makeFolder(folder)
  await requirePrivate(folder)
  const file = join(folder, 'owner.json')
  const here: Owner = {
    schema: STORE_SCHEMA,
    machine: await machineId(),
    network: await networkNamespace(),
    boot: await bootId(),
    tmuxFolder,
  }
  const recorded = await readOwner(file)
  const record = async (rebooted = false): Promise<Claimed> => {
    const owner = ownerFile(file, here)
    await owner.restore()
    return {tmuxFolder, rebooted, owner}
  }
  if (!recorded) return record()
  if (recorded.schema > STORE_SCHEMA) {
    throw refused(
      folder,
      `it was written by a newer orch (schema ${recorded.schema}, this one knows ${STORE_SCHEMA})`,
      'Install that version of orch again.',
    )
  }
  if (differs(recorded.machine, here.machine)) throw refused(folder, 'it belongs to another machine', ELSEWHERE)
  if (differs(recorded.boot, here.boot)) return record(true)
  // In another namespace neither our processes nor their ports can be seen.
  if (differs(recorded.network, here.network)) throw refused(folder, 'it belongs to another network namespace (a container?)', ELSEWHERE)
  // A folder that is gone took its server with it.
  if (recorded.tmuxFolder !== null && !(await exists(recorded.tmuxFolder))) return record()
  return {tmuxFolder: recorded.tmuxFolder, rebooted: false, owner: ownerFile(file, recorded)}
}

function ownerFile(path: string, owner: Owner): KeptFile {
  return new KeptFile('owner.json', path, `${JSON.stringify(owner)}\n`)
}

const ELSEWHERE = 'Give this place a state directory of its own: set ORCH_DATA_DIR. If it was moved here for good, remove owner.json in it.'

function refused(path: string, why: string, remedy: string): OrchError {
  return new OrchError('ORCH_STATE', {path, why, remedy})
}

function differs(recorded: string | null, here: string | null): boolean {
  return recorded !== null && here !== null && recorded !== here
}

async function requirePrivate(folder: string): Promise<void> {
  const {uid, mode} = await stat(folder)
  const me = process.getuid?.()
  if (me !== undefined && uid !== me) throw refused(folder, `it belongs to user ${uid}`, 'Set ORCH_DATA_DIR to a folder of your own.')
  if ((mode & 0o022) !== 0) throw refused(folder, 'others may write to it', `chmod 700 ${folder}`)
}

async function readOwner(file: string): Promise<Owner | null> {
  try {
    const text = await readBoundedText(file, {maxBytes: LONGEST})
    return text === null ? null : (JSON.parse(text) as Owner)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw refused(file, messageOf(error), `Move ${file} away if this state directory is this machine's.`)
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/** machine-id(5); macOS has none there, and is then not checked. */
async function machineId(): Promise<string | null> {
  try {
    return (await readKernelFile('/etc/machine-id')).trim() || null
  } catch {
    return null
  }
}

/** namespaces(7): two processes share ports exactly when these links are equal. */
async function networkNamespace(): Promise<string | null> {
  try {
    return await readlink('/proc/self/ns/net')
  } catch {
    return null
  }
}

async function bootId(): Promise<string | null> {
  try {
    return (await readKernelFile('/proc/sys/kernel/random/boot_id')).trim()
  } catch {
    return null
  }
}
