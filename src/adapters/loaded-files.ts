import {readdirSync, statSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {readRegularSync} from './read-regular-sync.js'

/** What a supervisor was loaded from, as it left it for programs that would rather not load the same again. */
export interface Loaded {
  readonly root: string
  readonly version: string
  /** Digest of the plugins. */
  readonly plugins: string
  /** Look of each file by its path, as of the supervisor's start. */
  readonly files: Readonly<Record<string, string>>
}

interface Sources {
  /** Whether they are there counts too. */
  readonly paths: readonly string[]
  /** With every file in them. */
  readonly folders: readonly string[]
}

const NAME = 'loaded.json'
/** Bytes at most; one has 20 kB. */
const LONGEST = 4 * 1024 * 1024

/** @param data the state directory */
export async function recordLoaded(data: string, loaded: Omit<Loaded, 'files'>, {paths, folders}: Sources): Promise<void> {
  const all = [...paths, ...folders.flatMap((folder) => [folder, ...filesUnder(folder)])]
  const files = Object.fromEntries(all.map((each) => [each, lookOf(each)]))
  // Those who only read the record do not load it.
  const {replaceFile} = await import('./durable-file.js')
  await replaceFile(join(data, NAME), JSON.stringify({...loaded, files} satisfies Loaded))
}

/**
 * @param data the state directory
 * @returns what was loaded from this root, when every file of it is still as it was; null otherwise, whatever the reason
 */
export function readLoaded(data: string, root: string): Loaded | null {
  try {
    const loaded = JSON.parse(readRegularSync(join(data, NAME), LONGEST)) as Loaded
    const isUnchanged = Object.entries(loaded.files).every(([file, look]) => lookOf(file) === look)
    return resolve(loaded.root) === resolve(root) && isUnchanged ? loaded : null
  } catch {
    return null
  }
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, {recursive: true, withFileTypes: true}).map((entry) => join(entry.parentPath, entry.name))
}

/** As `make` and git know a changed file: without reading it. */
function lookOf(path: string): string {
  const stat = statSync(path, {throwIfNoEntry: false})
  return stat ? `${stat.ino} ${stat.size} ${stat.mtimeMs}` : 'absent'
}
