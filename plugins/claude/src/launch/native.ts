import {readFileSync} from 'node:fs'
import {isAtLeast, parseVersion, type Version} from '../detect/version.js'

/** What Claude Code can orchestrate by itself, each with a switch of its own. */
export const NATIVE_FEATURES = [
  'messages',
  'schedule',
  'worktrees',
  'workflows',
  'teams',
  'background',
  'remote',
  'goals',
  'questions',
] as const
export type NativeFeature = (typeof NATIVE_FEATURES)[number]

/** Switches that are on; a feature without one is off. */
export type NativeSwitches = Readonly<Partial<Record<NativeFeature, boolean>>>

/** What a settings file needs so that Claude Code leaves orchestration to orch. */
export interface NativeOff {
  /** Names of tools, for `permissions.deny`. */
  readonly deny: readonly string[]
  readonly settings: Readonly<Record<string, unknown>>
  /** Events that are refused, with the words the model is told: a hook that fails is a gate. */
  readonly refuse: Readonly<Record<string, string>>
  /** For the `env` of the settings file: there it is stronger than the person's own settings. */
  readonly env: Readonly<Record<string, string>>
}

/** `after`: the newest version tried that does not know it. */
interface Since {
  readonly after?: string
}

interface FeatureRow {
  readonly why: string
  readonly deny?: readonly ({readonly tool: string} & Since)[]
  readonly settings?: readonly ({readonly key: string; readonly value: unknown} & Since)[]
  readonly env?: readonly ({readonly name: string; readonly value: string} & Since)[]
  readonly refuse?: readonly ({readonly event: string; readonly say: string} & Since)[]
}

/** `src` and `dist` lie at the same depth. */
const TABLE = JSON.parse(readFileSync(new URL('../../data/native.json', import.meta.url), 'utf8')) as {
  readonly features: Readonly<Record<NativeFeature, FeatureRow>>
  readonly left: Readonly<Record<string, readonly string[]>>
}

/**
 * Tools that are offered with every feature off, by version, as measured. A test compares each version with this list, so that a tool with a new name
 * is looked at before a version counts as verified.
 */
export const TOOLS_LEFT = TABLE.left

/**
 * Takes the features away whose switch is not on. Pure.
 * @returns only what `version` may know; a version between two that were tried gets what the newer one needs
 */
export function nativeOff(version: Version, switches: NativeSwitches): NativeOff {
  const rows = NATIVE_FEATURES.filter((feature) => switches[feature] !== true).map((feature) => TABLE.features[feature])
  const known = <T extends Since>(items: readonly T[] = []) => items.filter(({after}) => isAfter(version, after))
  return {
    deny: rows.flatMap(({deny}) => known(deny).map(({tool}) => tool)),
    settings: Object.fromEntries(rows.flatMap(({settings}) => known(settings).map(({key, value}) => [key, value]))),
    refuse: Object.fromEntries(rows.flatMap(({refuse}) => known(refuse).map(({event, say}) => [event, say]))),
    env: Object.fromEntries(rows.flatMap(({env}) => known(env).map(({name, value}) => [name, value]))),
  }
}

function isAfter(version: Version, after: string | undefined): boolean {
  return after === undefined || !isAtLeast(parseVersion(after)!, version)
}
