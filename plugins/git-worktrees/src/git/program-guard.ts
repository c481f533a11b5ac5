import {lstat, realpath, stat} from 'node:fs/promises'
import {dirname, join, resolve} from 'node:path'
import {OrchError, type ProgramSetting, type RunResult} from '@orch/plugin-kit'
import {readEntry} from '../files/read-entry.js'
import {parseConfigList, type ConfigEntry} from '../parse/config-list.js'
import {guardedSettings} from './program-settings.js'

/** What keeps the programs of a repository's configuration from running in one command. */
export type Guarded = {readonly env: Readonly<Record<string, string>>} | {readonly failed: RunResult}

interface Place {
  readonly gitDir: string
  readonly commonDir: string
}

/** Settings one command can be given; an environment has its bounds, and no honest configuration comes near. */
const MAX_SETTINGS = 500
const ABSENT = '-'
const READ = ['config', '--list', '--show-scope', '--show-origin', '-z']

/**
 * Keeps git from running what a repository's own configuration names (filters, merge drivers, transports, …) unless a person agreed to it. The
 * configuration is read before each command, and kept as long as its files are the same.
 */
export class ProgramGuard {
  readonly #permitted = new Map<string, readonly ProgramSetting[]>()
  readonly #known = new Map<string, {readonly stamp: string; readonly entries: readonly ConfigEntry[]}>()

  /** @param programs settings of the repository that count from now on; null: none, and nothing is fetched */
  permit(commonDir: string, programs: readonly ProgramSetting[] | null): void {
    if (programs === null) this.#permitted.delete(commonDir)
    else this.#permitted.set(commonDir, programs)
  }

  /**
   * @param run runs git in `cwd` without this guard; used to read the configuration, which runs nothing
   * @param before configuration handed over by the environment already (GIT_CONFIG_COUNT)
   * @returns the environment to add, or how git failed to read the configuration
   * @throws ORCH_REPOSITORY when it cannot be switched off
   */
  async guard(cwd: string, run: (args: readonly string[]) => Promise<RunResult>, before: number): Promise<Guarded> {
    const place = await placeOf(cwd)
    if (place === null) return {env: {}}
    const read = await this.#read(place, run)
    if ('failed' in read) return read
    const permitted = this.#permitted.get(place.commonDir) ?? null
    const settings = guardedSettings(read.entries, permitted ?? [])
    requireGuardable(place.commonDir, settings)
    // Without consent nothing is fetched: a partial clone would fetch from wherever its configuration says, by its transport.
    return {env: {...(permitted === null ? {GIT_ALLOW_PROTOCOL: 'none'} : {}), ...asEnvironment(settings, before)}}
  }

  /** The whole configuration that holds in a folder, as git reads it. */
  async #read(
    place: Place,
    run: (args: readonly string[]) => Promise<RunResult>,
  ): Promise<{entries: readonly ConfigEntry[]} | {failed: RunResult}> {
    const files = [join(place.commonDir, 'config'), join(place.gitDir, 'config.worktree')]
    const stamps = await Promise.all(files.map(stampOf))
    const stamp = stamps.join(' ')
    // Worktrees without a configuration of their own have that of the repository.
    const key = stamps[1] === ABSENT ? place.commonDir : place.gitDir
    const known = this.#known.get(key)
    if (known?.stamp === stamp) return known
    const result = await run(READ)
    if (result.exitCode !== 0) return {failed: result}
    const entries = parseConfigList(result.stdout)
    // What an included file says may change without these two.
    if (entries.some(({scope, key}) => (scope === 'local' || scope === 'worktree') && /^include(if)?\./.test(key))) this.#known.delete(key)
    else this.#known.set(key, {stamp, entries})
    return {entries}
  }
}

/** The git directory git will find from a folder (gitrepository-layout(5)); null when there is none. */
async function placeOf(cwd: string): Promise<Place | null> {
  for (let folder = await realpath(cwd).catch(() => cwd); ; folder = dirname(folder)) {
    const gitDir = (await gitDirAt(join(folder, '.git'))) ?? ((await isGitDir(folder)) ? folder : null)
    if (gitDir !== null) {
      const common = await readEntry(join(gitDir, 'commondir'))
      return {gitDir, commonDir: common === null ? gitDir : await realpath(resolve(gitDir, common.trim())).catch(() => gitDir)}
    }
    if (dirname(folder) === folder) return null
  }
}

async function gitDirAt(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null)
  if (found === null) return null
  if (found.isDirectory()) return (await isGitDir(path)) ? realpath(path) : null
  const [, target] = /^gitdir: (.+?)\r?\n*$/s.exec((await readEntry(path)) ?? '') ?? []
  return target === undefined ? null : realpath(resolve(dirname(path), target)).catch(() => null)
}

async function isGitDir(folder: string): Promise<boolean> {
  const there = await Promise.all(['HEAD', 'objects', 'refs'].map((name) => lstat(join(folder, name)).catch(() => null)))
  if (there.every((entry) => entry !== null)) return true
  return there[0] !== null && (await lstat(join(folder, 'commondir')).catch(() => null)) !== null
}

async function stampOf(path: string): Promise<string> {
  const found = await stat(path, {bigint: true}).catch(() => null)
  return found === null ? ABSENT : `${found.ino}:${found.size}:${found.mtimeNs}:${found.ctimeNs}`
}

function requireGuardable(commonDir: string, settings: readonly ProgramSetting[]): void {
  const refuse = (why: string) =>
    new OrchError('ORCH_REPOSITORY', {
      path: commonDir,
      why,
      remedy: `Look at it: git config --file ${JSON.stringify(join(commonDir, 'config'))} --list`,
    })
  if (settings.length > MAX_SETTINGS) throw refuse(`its configuration names programs in more than ${MAX_SETTINGS} settings`)
  // A name that is not UTF-8 cannot be handed over as it is, so it would not be switched off.
  if (settings.some(({key}) => key.includes('\uFFFD'))) throw refuse('its configuration names programs in settings that are not UTF-8')
}

/** Settings as git takes them from its environment (git-config(1), ENVIRONMENT): a name may hold what `-c name=value` would cut. */
function asEnvironment(settings: readonly ProgramSetting[], before: number): Record<string, string> {
  if (settings.length === 0) return {}
  const pairs = settings.flatMap(({key, value}, index) => [
    [`GIT_CONFIG_KEY_${before + index}`, key],
    [`GIT_CONFIG_VALUE_${before + index}`, value],
  ])
  const proxy = settings.some(({key}) => key === 'core.gitproxy') ? {GIT_PROXY_COMMAND: ''} : {}
  return {GIT_CONFIG_COUNT: String(before + settings.length), ...(Object.fromEntries(pairs) as Record<string, string>), ...proxy}
}
