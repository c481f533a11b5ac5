import {OrchError, type JsonSchema, type SchemaValidator} from '@orch/plugin-kit'

/** Signals a rehearsed crash may die of. */
export const CRASH_SIGNALS = ['SIGKILL', 'SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGTERM', 'SIGHUP'] as const
export type CrashSignal = (typeof CRASH_SIGNALS)[number]

/** Faults by number of steps played; each fires once in the life of a conversation. 0 = when the first turn begins. */
export interface Faults {
  /** Dies before it is ready, at every start. */
  readonly crashAtStart: boolean
  readonly crashAfterStep: number | null
  /** Exit code of a crash without a signal. */
  readonly exitCode: number
  readonly signal: CrashSignal | null
  readonly hangAfterStep: number | null
  readonly limitAfterStep: number | null
  /** Milliseconds from reaching a limit to its end. */
  readonly limitResetsInMs: number
  /** Reports nothing to orch. */
  readonly ignoreHooks: boolean
  /** Milliseconds each report waits before it is sent. */
  readonly hookDelayMs: number
  /** So many first Enters do nothing; the text stays in the composer. */
  readonly swallowEnters: number
}

export interface RehearsalOptions {
  /** Folder of `<role>.yaml` scripts, absolute or relative to the repository. */
  readonly scripts: string | null
  /** Delays of `think` are divided by this; 0: no delay at all. */
  readonly speed: number
  /** Milliseconds from process start to the first dialog or the composer. */
  readonly startDelayMs: number
  /** Milliseconds from the composer's first appearance in which keys are lost. */
  readonly swallowKeysMs: number
  /** Starts keep to the OAuth timing contract; read by the supervisor at its start. */
  readonly usesOauthPort: boolean
  readonly dialogs: {readonly trust: boolean; readonly mcp: boolean; readonly bypass: boolean}
  readonly faults: Faults
}

const DEFAULTS: RehearsalOptions = {
  scripts: null,
  speed: 1,
  startDelayMs: 0,
  swallowKeysMs: 0,
  usesOauthPort: false,
  dialogs: {trust: false, mcp: false, bypass: false},
  faults: {
    crashAtStart: false,
    crashAfterStep: null,
    exitCode: 1,
    signal: null,
    hangAfterStep: null,
    limitAfterStep: null,
    limitResetsInMs: 60_000,
    ignoreHooks: false,
    hookDelayMs: 0,
    swallowEnters: 0,
  },
}

/** The configuration section `rehearsal`. Keys without a default are off. */
export const OPTIONS_SCHEMA: JsonSchema = section({
  scripts: {type: 'string', minLength: 1, description: 'Folder of <role>.yaml scripts, absolute or relative to the repository.'},
  speed: {type: 'number', minimum: 0, default: 1, description: 'Delays of `think` are divided by this; 0: no delay at all.'},
  startDelayMs: milliseconds('From process start to the first dialog or the composer.'),
  swallowKeysMs: milliseconds("From the composer's first appearance: keys that come earlier are lost."),
  usesOauthPort: flag('Keep to the OAuth timing contract at starts, as Claude Code does.'),
  dialogs: section(
    {trust: flag('Ask for trust.'), mcp: flag('Ask for an MCP server.'), bypass: flag('Warn of bypass mode.')},
    {default: {}},
  ),
  faults: section(
    {
      crashAtStart: flag('Die before being ready, at every start.'),
      crashAfterStep: count('Die after this many steps, once.'),
      exitCode: {type: 'integer', minimum: 0, maximum: 255, default: 1, description: 'Exit code of a crash without a signal.'},
      signal: {enum: [...CRASH_SIGNALS], description: 'Crash by this signal instead.'},
      hangAfterStep: count('Stop answering after this many steps, once.'),
      limitAfterStep: count('Reach a usage limit after this many steps, once.'),
      limitResetsInMs: {...milliseconds('From a limit to its end.'), default: 60_000},
      ignoreHooks: flag('Report nothing to orch.'),
      hookDelayMs: milliseconds('Each report waits this long.'),
      swallowEnters: {...count('So many first Enters do nothing.'), default: 0},
    },
    {default: {}},
  ),
})

/**
 * A role's options with every default.
 * @param options as configured
 * @throws ORCH_CONFIG naming each wrong key
 */
export function readOptions(options: Readonly<Record<string, unknown>>, schemas: SchemaValidator): RehearsalOptions {
  const value = structuredClone(options) as Partial<RehearsalOptions>
  const problems = schemas.check(OPTIONS_SCHEMA, value)
  if (problems.length > 0) {
    throw new OrchError('ORCH_CONFIG', {
      problems: problems.map(({path, message, suggestion}) => {
        const meant = suggestion === undefined ? '' : ` (did you mean ${suggestion}?)`
        return `${['rehearsal', ...path].join('.')}: ${message}${meant}`
      }),
    })
  }
  return {
    ...DEFAULTS,
    ...value,
    dialogs: {...DEFAULTS.dialogs, ...value.dialogs},
    faults: {...DEFAULTS.faults, ...value.faults},
  }
}

function section(properties: Readonly<Record<string, unknown>>, more: Readonly<Record<string, unknown>> = {}): JsonSchema {
  return {type: 'object', additionalProperties: false, properties, ...more}
}

function milliseconds(description: string): JsonSchema {
  return {type: 'integer', minimum: 0, default: 0, description: `Milliseconds. ${description}`}
}

function flag(description: string): JsonSchema {
  return {type: 'boolean', default: false, description}
}

function count(description: string): JsonSchema {
  return {type: 'integer', minimum: 0, description}
}
