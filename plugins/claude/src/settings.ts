import type {JsonSchema} from '@orch/plugin-kit'

/** Modes of `claude --permission-mode` (Claude Code's CLI reference). */
export const PERMISSION_MODES = ['default', 'acceptEdits', 'plan', 'auto', 'dontAsk', 'bypassPermissions'] as const
export type PermissionMode = (typeof PERMISSION_MODES)[number]

/** The section `claude` of the configuration. */
export interface ClaudeSettings {
  readonly binary: string
  readonly model: string | null
  readonly effort: string | null
  readonly fallbackModel: string | null
  readonly permissionMode: PermissionMode
  readonly extraArgs: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly plannerModel: string | null
  readonly plannerBudgetUsd: number
}

type Config = Readonly<Record<string, unknown>>

/** Settings as validated by the host, with the defaults of the schema where the host gave none. */
export function settingsOf(config: Config): ClaudeSettings {
  return {
    binary: stringIn(config, 'binary') ?? 'claude',
    model: stringIn(config, 'model'),
    effort: stringIn(config, 'effort'),
    fallbackModel: stringIn(config, 'fallbackModel'),
    permissionMode: permissionModeIn(config) ?? 'bypassPermissions',
    extraArgs: Array.isArray(config['extraArgs']) ? config['extraArgs'].filter((arg) => typeof arg === 'string') : [],
    env: stringsIn(config['env']),
    plannerModel: stringIn(config, 'plannerModel'),
    plannerBudgetUsd: typeof config['plannerBudgetUsd'] === 'number' ? config['plannerBudgetUsd'] : 2,
  }
}

/** A role may choose its own model, effort and mode; what is run and with which extra arguments stays with the person. */
export function withRoleOptions(settings: ClaudeSettings, options: Config): ClaudeSettings {
  return {
    ...settings,
    model: stringIn(options, 'model') ?? settings.model,
    effort: stringIn(options, 'effort') ?? settings.effort,
    fallbackModel: stringIn(options, 'fallbackModel') ?? settings.fallbackModel,
    permissionMode: permissionModeIn(options) ?? settings.permissionMode,
  }
}

const text = (description: string) => ({type: 'string', minLength: 1, description})

/** JSON Schema of the section. */
export const CLAUDE_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    binary: {...text('The Claude Code program: a name looked up in PATH, or an absolute path.'), default: 'claude'},
    model: text('Model of every agent, e.g. opus; a role may have its own.'),
    effort: text('Effort of every agent: low, medium, high, …'),
    fallbackModel: text('Models to fall back to when the model is overloaded, separated by commas.'),
    permissionMode: {
      enum: [...PERMISSION_MODES],
      default: 'bypassPermissions',
      description:
        'How agents ask for permission. Anything but bypassPermissions, auto and dontAsk can leave an agent waiting for a person.',
    },
    extraArgs: {type: 'array', items: {type: 'string'}, description: 'More arguments for every start of an agent.'},
    env: {type: 'object', additionalProperties: {type: 'string'}, description: 'More environment for every agent. ORCH_* is not taken.'},
    plannerModel: text('Model of the planner.'),
    plannerBudgetUsd: {type: 'number', exclusiveMinimum: 0, default: 2, description: 'US dollars one attempt of the planner may cost.'},
  },
}

function stringIn(config: Config, key: string): string | null {
  const value = config[key]
  return typeof value === 'string' && value !== '' ? value : null
}

function permissionModeIn(config: Config): PermissionMode | null {
  return PERMISSION_MODES.find((mode) => mode === config['permissionMode']) ?? null
}

function stringsIn(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}
