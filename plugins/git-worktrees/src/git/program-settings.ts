import type {ProgramSetting} from '@orch/plugin-kit'
import type {ConfigEntry} from '../parse/config-list.js'

/**
 * Settings by which git, or git-lfs called by git, runs a program in a command of orch's (git-config(1), git-lfs-config(5), git 2.54), and the
 * value without effect; the third says which values run anything, where not all do. An empty filter is none; a merge driver has to be one, so git's own three-way merge of files takes its place.
 */
const PROGRAMS: readonly (readonly [key: RegExp, off: string, value?: RegExp])[] = [
  [/^filter\..*\.(clean|smudge|process)$/s, ''],
  [/^filter\..*\.required$/s, 'false'],
  [/^merge\..*\.driver$/s, 'git merge-file --marker-size=%L %A %O %B'],
  [/^diff\.external$|^diff\..*\.command$/s, ''],
  [/^diff\..*\.textconv$/s, 'cat'],
  [/^hook\..*\.enabled$/s, 'false'],
  [/^hook\..*\.command$/s, 'true'],
  [/^core\.hookspath$/, '/dev/null'],
  [/^core\.sshcommand$/, 'ssh'],
  [/^core\.(askpass|gitproxy)$/, ''],
  [/^core\.alternaterefscommand$/, 'true'],
  [/^credential\.(.*\.)?helper$/s, ''],
  [/^gpg\.(.*\.)?(program|defaultkeycommand)$/s, 'false'],
  [/^protocol\.(.*\.)?allow$/s, 'never', /^always$/i],
  [/^remote\..*\.vcs$/s, ''],
  [/^remote\..*\.uploadpack$/s, 'git-upload-pack'],
  [/^remote\..*\.receivepack$/s, 'git-receive-pack'],
  [/^submodule\..*\.update$/s, 'none', /^!/],
  [/^trailer\..*\.(command|cmd)$/s, 'true'],
  [/^uploadpack\.packobjectshook$/, ''],
  [/^lfs\.(.*\.)?standalonetransferagent$/s, ''],
  [/^lfs\.customtransfer\..*\.path$/s, 'false'],
  [/^lfs\.extension\..*\.(clean|smudge)$/s, 'cat'],
]

/** The list of helpers grows with each value and starts anew with an empty one; of all other settings the last value counts. */
const LISTS = /^credential\.(.*\.)?helper$/s

/** Settings of a repository's own configuration that name programs, in the order of the files. */
export function programsOf(entries: readonly ConfigEntry[]): ProgramSetting[] {
  const isProgram = ({key, value}: ConfigEntry) => PROGRAMS.some(([keys, , values]) => keys.test(key) && (values?.test(value) ?? true))
  return entries.filter((entry) => isOwn(entry.scope) && isProgram(entry)).map(({key, value}) => ({key, value}))
}

/**
 * What has to be set for a command so that the repository's own configuration runs permitted programs only. A setting that was permitted and is
 * different or gone now counts with the permitted value; any other with the person's own, or with one that has no effect.
 * @param entries the whole configuration as git reads it
 * @param permitted settings a person agreed to
 */
export function guardedSettings(entries: readonly ConfigEntry[], permitted: readonly ProgramSetting[]): ProgramSetting[] {
  const own = programsOf(entries)
  const keys = [...new Set([...own, ...permitted].map(({key}) => key))]
  return keys.flatMap((key) => {
    const agreed = valuesOf(permitted, key)
    if (isSame(valuesOf(own, key), agreed)) return []
    const persons = valuesOf(
      entries.filter(({scope}) => !isOwn(scope)),
      key,
    )
    const wanted = agreed.length > 0 ? agreed : persons
    const values = LISTS.test(key) ? ['', ...persons, ...agreed] : [wanted.at(-1) ?? offValue(key)]
    return values.map((value) => ({key, value}))
  })
}

function isOwn(scope: string): boolean {
  return scope === 'local' || scope === 'worktree'
}

function offValue(key: string): string {
  return PROGRAMS.find(([keys]) => keys.test(key))?.[1] ?? ''
}

function valuesOf(settings: readonly ProgramSetting[], key: string): string[] {
  return settings.filter((setting) => setting.key === key).map(({value}) => value)
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index])
}
