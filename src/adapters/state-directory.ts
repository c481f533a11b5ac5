import {readlink, stat} from 'node:fs/promises'
import {join} from 'node:path'
import {makeFolder, readBoundedText, readKernelFile} from '@orch/plugin-kit/files'
import {OrchError, messageOf} from '@orch/plugin-kit'
import type {OwnFile} from '../domain/own-file.js'
import type {FileCalls} from './durable-file.js'
import {shellWord} from '../domain/shell-word.js'
import {newerShape} from './json-document.js'
import {KeptFile} from './kept-file.js'
import {STORE_SCHEMA} from '../domain/model/project.js'
import {backUpRecords, backupsOf} from './record-backup.js'

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
  /** Number of the shape of its records as the last supervisor left them; null when nothing says so. */
  readonly schema: number | null
  /** The record of whose it is, with the shape of this orch. It is on disk unless `schema` is another one: see `upgradeStateDirectory`. */
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
  const schema = recorded?.schema ?? null
  const record = async (rebooted = false): Promise<Claimed> => {
    const owner = ownerFile(file, here)
    if (schema === STORE_SCHEMA) await owner.restore()
    return {tmuxFolder, rebooted, schema, owner}
  }
  if (!recorded) return record()
  if (recorded.schema > STORE_SCHEMA) throw refused(folder, newerShape(recorded.schema, STORE_SCHEMA), await wayBack(folder))
  if (differs(recorded.machine, here.machine)) throw refused(folder, 'it belongs to another machine', ELSEWHERE)
  if (differs(recorded.boot, here.boot)) return record(true)
  // In another namespace neither our processes nor their ports can be seen.
  if (differs(recorded.network, here.network)) throw refused(folder, 'it belongs to another network namespace (a container?)', ELSEWHERE)
  // A folder that is gone took its server with it.
  if (recorded.tmuxFolder !== null && !(await exists(recorded.tmuxFolder))) return record()
  return {tmuxFolder: recorded.tmuxFolder, rebooted: false, schema, owner: ownerFile(file, {...recorded, schema: STORE_SCHEMA})}
}

/**
 * Backs up records of an earlier shape, then records that they are of this orch's from now on, so that an earlier orch refuses them.
 * To be called by the process that holds the instance lock: an earlier supervisor may have written until then.
 */
export async function upgradeStateDirectory(folder: string, {schema, owner}: Claimed, calls?: FileCalls): Promise<void> {
  if (schema === STORE_SCHEMA) return
  await backUpRecords({data: folder, schema, ...(calls ? {calls} : {})})
  await owner.restore()
}

/** What a person does about records of a newer orch. */
async function wayBack(folder: string): Promise<string> {
  const again = 'Install that version of orch again.'
  const backup = (await backupsOf(folder, STORE_SCHEMA)).at(-1)
  if (backup === undefined) return again
  const [state, aside] = [shellWord(join(folder, 'state')), shellWord(join(folder, 'state.newer'))]
  return `${again} Or give up what was done since, and take the records of before: mv ${state} ${aside} && cp -a ${shellWord(backup)}/. ${shellWord(folder)}/`
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
