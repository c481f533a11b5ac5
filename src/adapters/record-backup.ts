import {readdir, rm, stat} from 'node:fs/promises'
import {join} from 'node:path'
import {makeFolder} from '@orch/plugin-kit/files'
import {NODE_CALLS, syncFolder, type FileCalls} from './durable-file.js'

/** Folders of the state directory that hold records. */
const HOLDS_RECORDS = [join('state', 'projects'), join('state', 'finished')]
/** A backup that is being made; a supervisor killed meanwhile leaves it. */
const DRAFT = '.tmp'

interface BackUpOptions {
  /** The state directory. */
  readonly data: string
  /** Number of the shape that the records have; null when that is not known. */
  readonly schema: number | null
  readonly calls?: FileCalls
}

/**
 * Keeps every record and owner.json as they are, under `backup/` of the state directory, before any of them is written in another shape.
 * Hard links: no bytes are copied, and a record that is replaced later leaves its backup alone. Made again, it is the same folder.
 * @returns the folder, absolute; null when there is no record
 */
export async function backUpRecords({data, schema, calls = NODE_CALLS}: BackUpOptions): Promise<string | null> {
  const records = (await Promise.all(HOLDS_RECORDS.map((folder) => filesIn(data, folder)))).flat()
  if (records.length === 0) return null
  const backups = join(data, 'backup')
  const target = join(backups, nameOf(schema, Math.max(...records.map(({changedAt}) => changedAt))))
  const draft = `${target}${DRAFT}`
  if (await exists(target)) return target
  await rm(draft, {recursive: true, force: true})
  for (const folder of HOLDS_RECORDS) await makeFolder(join(draft, folder))
  for (const {path} of records) await calls.link(join(data, path), join(draft, path))
  // The owner's record says which orch may open the records beside it.
  if (await exists(join(data, 'owner.json'))) await calls.link(join(data, 'owner.json'), join(draft, 'owner.json'))
  for (const folder of [...HOLDS_RECORDS, 'state', '.']) await syncFolder(calls, join(draft, folder))
  await calls.rename(draft, target)
  await syncFolder(calls, backups)
  await syncFolder(calls, data)
  return target
}

/** Whole backups of records of one shape, absolute, oldest first. */
export async function backupsOf(data: string, schema: number): Promise<string[]> {
  const names = await readdir(join(data, 'backup')).catch(() => [])
  const own = names.filter((name) => name.startsWith(`schema-${schema}-`) && !name.endsWith(DRAFT))
  return own.sort().map((name) => join(data, 'backup', name))
}

/** The newest change of its records names a backup. */
function nameOf(schema: number | null, changedAt: number): string {
  return `schema-${schema ?? 'unknown'}-${new Date(changedAt).toISOString().replaceAll(':', '')}`
}

async function filesIn(data: string, folder: string): Promise<{path: string; changedAt: number}[]> {
  const names = await readdir(join(data, folder)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const found = await Promise.all(names.map(async (name) => ({path: join(folder, name), at: await stat(join(data, folder, name))})))
  return found.filter(({at}) => at.isFile()).map(({path, at}) => ({path, changedAt: Math.round(at.mtimeMs)}))
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
