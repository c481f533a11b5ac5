import {realpathSync, renameSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {dirname, join} from 'node:path'
import {makeFolderSync} from '@orch/plugin-kit/files'
import {draftOf} from './durable-file.js'
import {readRegularSync} from './read-regular-sync.js'

const KIT = '@orch/plugin-kit'
/** Bytes of a package.json at most. */
const LONGEST = 1_000_000

/** Where the kit of this orch is: plugins are written against it, and run with it. */
export function kitFolder(): string {
  return realpathSync(join(dirname(createRequire(import.meta.url).resolve(KIT)), '..'))
}

/**
 * Gives installed plugins the kit of this orch. It is declared as an optional dependency beside them, so that npm neither removes it nor asks the
 * registry for it; under `dependencies` oclif would take it for a plugin.
 * @param data the state directory, where oclif installs plugins
 */
export function declareKit(data: string): void {
  const file = join(data, 'package.json')
  const known = readJson(file)
  const wanted = `file:${kitFolder()}`
  const optional = (known['optionalDependencies'] ?? {}) as Record<string, string>
  if (optional[KIT] === wanted) return
  const empty = {private: true, dependencies: {}, oclif: {schema: 1, plugins: []}}
  makeFolderSync(data)
  const draft = draftOf(file)
  writeFileSync(draft, JSON.stringify({...empty, ...known, optionalDependencies: {...optional, [KIT]: wanted}}, null, 2))
  renameSync(draft, file)
}

/** Puts the link to the kit right where orch was moved since, or is another one. Only where plugins are installed. */
export function linkKit(data: string): void {
  const link = join(data, 'node_modules', KIT)
  const {optionalDependencies = {}} = readJson(join(data, 'package.json')) as {optionalDependencies?: object}
  if (!(KIT in optionalDependencies)) return
  const folder = kitFolder()
  if (real(link) === folder) return
  try {
    rmSync(link, {force: true, recursive: true})
    makeFolderSync(dirname(link))
    symlinkSync(folder, link)
  } catch {
    // A plugin that cannot load the kit is left out, with that for a reason.
  }
}

/** A file that is missing or damaged declares nothing. */
function readJson(file: string): Record<string, unknown> {
  try {
    return JSON.parse(readRegularSync(file, LONGEST)) as Record<string, unknown>
  } catch {
    return {}
  }
}

function real(path: string): string | null {
  try {
    return realpathSync(path)
  } catch {
    return null
  }
}
