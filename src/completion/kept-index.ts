import {readdirSync, renameSync, statSync, writeFileSync} from 'node:fs'
import {homedir} from 'node:os'
import {join, resolve} from 'node:path'
import {makeFolderSync} from '@orch/plugin-kit/files'
import {readRegularSync} from '../adapters/read-regular-sync.js'
import type {CommandIndex} from './command-index.js'

/** An index and what it was made from. */
interface Kept {
  readonly root: string
  /** Look of each file and folder by its path. */
  readonly sources: Readonly<Record<string, string>>
  readonly index: CommandIndex
}

/** Bytes at most; one has 40 kB. */
const LONGEST = 4 * 1024 * 1024

/** The cache folder as oclif finds it. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const home = env['HOME'] || homedir()
  const base = env['XDG_CACHE_HOME'] || (process.platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache'))
  return env['ORCH_CACHE_DIR'] || join(base, 'orch')
}

/** Keeps an index. Where it cannot be written, it is made again each time. @param packages folders of orch and of all plugins, and the state directory */
export function keepIndex(cache: string, root: string, packages: readonly string[], index: CommandIndex): void {
  const sources = Object.fromEntries(packages.flatMap(sourcesOf).map((path) => [path, lookOf(path)]))
  try {
    makeFolderSync(cache)
    const draft = join(cache, `commands.${process.pid}.tmp`)
    writeFileSync(draft, JSON.stringify({root, sources, index} satisfies Kept), {mode: 0o600})
    renameSync(draft, join(cache, 'commands.json'))
  } catch {
    // A completion that takes longer is no failure.
  }
}

/** @returns null when there is none for this root, or something it was made from has changed */
export function keptIndex(cache: string, root: string): CommandIndex | null {
  try {
    const kept = JSON.parse(readRegularSync(join(cache, 'commands.json'), LONGEST)) as Kept
    return resolve(kept.root) === resolve(root) && Object.entries(kept.sources).every(([path, look]) => lookOf(path) === look)
      ? kept.index
      : null
  } catch {
    return null
  }
}

/** A changed package, a new command, or one that was changed. */
function sourcesOf(folder: string): string[] {
  const commands = join(folder, 'dist', 'commands')
  const below = statSync(commands, {throwIfNoEntry: false})?.isDirectory()
    ? readdirSync(commands, {recursive: true, encoding: 'utf8'}).map((name) => join(commands, name))
    : []
  return [
    join(folder, 'package.json'),
    join(folder, 'oclif.manifest.json'),
    commands,
    ...below.filter((path) => !/\.(map|d\.ts)$/.test(path)),
  ]
}

function lookOf(path: string): string {
  const stat = statSync(path, {throwIfNoEntry: false})
  return stat ? `${stat.ino} ${stat.size} ${stat.mtimeMs}` : 'absent'
}
