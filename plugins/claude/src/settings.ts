import type {JsonSchema} from '@orch/plugin-kit'
import {NATIVE_FEATURES, type NativeSwitches} from './launch/native.js'

/** Modes of `claude --permission-mode` (Claude Code's CLI reference). */
export const PERMISSION_MODES = ['default', 'acceptEdits', 'plan', 'auto', 'dontAsk', 'bypassPermissions'] as const
export type PermissionMode = (typeof PERMISSION_MODES)[number]

/** What may differ from role to role. */
interface RoleSettings {
  readonly model: string | null
  readonly effort: string | null
  readonly fallbackModel: string | null
  readonly permissionMode: PermissionMode
  readonly extraArgs: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Orchestration of Claude Code's own that is left on. */
  readonly native: NativeSwitches
}

/** The section `claude` of the configuration. */
export interface ClaudeSettings extends RoleSettings {
  readonly binary: string
  /** Permission rules beside orch's own, for every agent. */
  readonly allow: readonly string[]
  readonly tokenFile: string | null
  readonly apiKeyHelper: string | null
  /** Between two starts. */
  readonly startGapSeconds: number
  readonly plannerModel: string | null
  readonly plannerBudgetUsd: number
}

type Config = Readonly<Record<string, unknown>>

/**
 * The safe mode in which nobody is needed: what the settings allow is done, everything else is denied at once, never asked (Claude Code's
 * documentation, "Permission modes"; measured on 2.1.197 and 2.1.330, as root too).
 */
const DEFAULT_MODE: PermissionMode = 'dontAsk'

/**
 * Settings as validated by the host, with the defaults of the schema where the host gave none.
 *
 * A template may choose a role's model, effort and mode; what is run and with which extra arguments stays with the person, and so does the mode that
 * asks nobody anything: a template comes with a repository. What the person says of a role is stronger than both.
 * @param role whose own are laid over them
 * @param template options of the role in its template
 */
export function settingsOf(config: Config, role?: string, template: Config = {}): ClaudeSettings {
  const own = role === undefined ? {} : objectOr(objectOr(config['roles'])[role])
  const text = (key: string) => stringIn(own, key) ?? stringIn(template, key) ?? stringIn(config, key)
  const mode = permissionModeIn(template)
  const permissionMode = permissionModeIn(own) ?? (mode === 'bypassPermissions' ? null : mode) ?? permissionModeIn(config) ?? DEFAULT_MODE
  return {
    binary: stringIn(config, 'binary') ?? 'claude',
    model: text('model'),
    effort: text('effort'),
    fallbackModel: text('fallbackModel'),
    permissionMode,
    extraArgs: [...stringsIn(config['extraArgs']), ...stringsIn(own['extraArgs'])],
    env: {...namedStringsIn(config['env']), ...namedStringsIn(own['env'])},
    // Without its question an agent could not leave the mode `plan`.
    native: {...(permissionMode === 'plan' ? {questions: true} : {}), ...switchesIn(config['native']), ...switchesIn(own['native'])},
    allow: stringsIn(config['allow']),
    tokenFile: stringIn(config, 'tokenFile'),
    apiKeyHelper: stringIn(config, 'apiKeyHelper'),
    startGapSeconds: numberIn(config, 'startGapSeconds') ?? 2,
    plannerModel: stringIn(config, 'plannerModel'),
    plannerBudgetUsd: numberIn(config, 'plannerBudgetUsd') ?? 2,
  }
}

const text = (description: string) => ({type: 'string', minLength: 1, description})

const PER_ROLE = {
  model: text('Model, e.g. opus.'),
  effort: text('Effort: low, medium, high, …'),
  fallbackModel: text('Models to fall back to when the model is overloaded, separated by commas.'),
  permissionMode: {
    enum: [...PERMISSION_MODES, 'bypass'],
    description:
      'How agents ask for permission; default dontAsk: the tools of the work are allowed, the rest is denied. bypass allows everything. default, acceptEdits and plan can leave an agent waiting for a person.',
  },
  extraArgs: {type: 'array', items: {type: 'string'}, description: 'More arguments for every start.'},
  env: {type: 'object', additionalProperties: {type: 'string'}, description: 'More environment. ORCH_* is not taken.'},
  native: {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(NATIVE_FEATURES.map((feature) => [feature, {type: 'boolean'}])),
    description:
      "Orchestration of Claude Code's own to leave on, e.g. native.schedule: true. Off by default: orch neither records nor ends it.",
  },
}

/** JSON Schema of the section. */
export const CLAUDE_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    binary: {...text('The Claude Code program: a name looked up in PATH, or an absolute path.'), default: 'claude'},
    ...PER_ROLE,
    roles: {
      type: 'object',
      description: 'The same by role, e.g. roles.developer.model; stronger than a template.',
      additionalProperties: {type: 'object', additionalProperties: false, properties: PER_ROLE},
    },
    allow: {type: 'array', items: {type: 'string'}, description: "More permission rules, as Claude Code's settings have them."},
    tokenFile: text('A file with a token of `claude setup-token`: agents use it in place of the login.'),
    apiKeyHelper: text('A command that prints an API key, as in Claude Code’s settings.'),
    startGapSeconds: {
      type: 'number',
      minimum: 0,
      default: 2,
      description: 'Seconds between the starts of two agents; the next does not wait for the rest of them once the one before is up.',
    },
    plannerModel: text('Model of the planner.'),
    plannerBudgetUsd: {type: 'number', exclusiveMinimum: 0, default: 2, description: 'US dollars one attempt of the planner may cost.'},
  },
}

function stringIn(config: Config, key: string): string | null {
  const value = config[key]
  return typeof value === 'string' && value !== '' ? value : null
}

function permissionModeIn(config: Config): PermissionMode | null {
  const given = config['permissionMode'] === 'bypass' ? 'bypassPermissions' : config['permissionMode']
  return PERMISSION_MODES.find((mode) => mode === given) ?? null
}

function numberIn(config: Config, key: string): number | null {
  const value = config[key]
  return typeof value === 'number' ? value : null
}

function stringsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

function namedStringsIn(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(objectOr(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

function switchesIn(value: unknown): NativeSwitches {
  const given = objectOr(value)
  return Object.fromEntries(NATIVE_FEATURES.flatMap((feature) => (typeof given[feature] === 'boolean' ? [[feature, given[feature]]] : [])))
}

function objectOr(value: unknown): Config {
  return typeof value === 'object' && value !== null ? (value as Config) : {}
}
