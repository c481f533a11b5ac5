import type {JsonSchema} from '@orch/plugin-kit'
import {HEALTH_SCHEMA} from './health.js'
import type {HealthSettings} from './model/health-settings.js'

/** What a line of the log may be, from what only a developer of orch wants to know to what went wrong. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const

export type LogLevel = (typeof LOG_LEVELS)[number]

/** What a person may set, after all layers are laid over each other. */
export interface Config {
  readonly agent: string
  readonly team: string
  readonly planner: string
  readonly subscription: 'pro' | 'max5' | 'max20' | 'console'
  readonly maxAgents: number | null
  readonly merge: 'none' | 'integration' | 'parent'
  readonly acceptance: readonly string[]
  readonly baseline: boolean
  readonly setup: readonly string[]
  readonly copy: readonly string[]
  readonly commandTimeoutMinutes: number
  readonly readyTimeoutSeconds: number | null
  readonly env: {readonly pass: readonly string[]}
  readonly ports: {readonly first: number; readonly perAgent: number}
  readonly briefing: {readonly budgetChars: number}
  readonly health: HealthSettings
  readonly log: {readonly level: LogLevel}
  readonly messages: {
    readonly hub: 'template' | 'none'
    readonly perMinute: number
    readonly maxHops: number
    readonly digestSeconds: number
  }
  /** Sections of plugins. */
  readonly [section: string]: unknown
}

const strings = {type: 'array', items: {type: 'string'}, default: []}

/** The root's own keys; each plugin adds a section. */
export const CONFIG_PROPERTIES: Readonly<Record<string, JsonSchema>> = {
  agent: {type: 'string', default: 'auto', description: 'Agent kind: auto, claude, rehearsal or that of a plugin.'},
  team: {type: 'string', default: 'auto', description: 'Team template, or auto.'},
  planner: {type: 'string', default: 'auto', description: 'auto, claude or outline.'},
  subscription: {enum: ['pro', 'max5', 'max20', 'console'], default: 'max20', description: 'Caps the team: 3, 5, 8 or 10 agents.'},
  maxAgents: {type: ['integer', 'null'], minimum: 1, maximum: 100, default: null, description: 'Caps the team further.'},
  merge: {enum: ['none', 'integration', 'parent'], default: 'integration', description: 'How far verified work is merged.'},
  acceptance: {...strings, description: 'Commands that must exit 0 on the merged work.'},
  baseline: {
    type: 'boolean',
    default: true,
    description: 'Run the acceptance commands once on the untouched base, while the team starts.',
  },
  setup: {...strings, description: 'Commands run in each new worktree, and in the one that merged work is verified in.'},
  copy: {...strings, description: 'Patterns of ignored files copied into each of these worktrees, beside .worktreeinclude.'},
  commandTimeoutMinutes: {
    type: 'number',
    exclusiveMinimum: 0,
    default: 30,
    description: 'How long an acceptance or set-up command may take.',
  },
  readyTimeoutSeconds: {
    type: ['number', 'null'],
    exclusiveMinimum: 0,
    default: null,
    description: 'How long an agent may take to get ready; null: as its driver says.',
  },
  env: {
    type: 'object',
    additionalProperties: false,
    default: {},
    properties: {pass: {...strings, description: 'Further environment variables that agents get.'}},
  },
  ports: {
    type: 'object',
    additionalProperties: false,
    default: {},
    properties: {
      first: {type: 'integer', minimum: 1024, maximum: 60000, default: 41000, description: 'First port of the blocks given to agents.'},
      perAgent: {type: 'integer', minimum: 1, maximum: 100, default: 10, description: 'Ports in the block of one agent.'},
    },
  },
  messages: {
    type: 'object',
    additionalProperties: false,
    default: {},
    properties: {
      hub: {enum: ['template', 'none'], default: 'template', description: 'Whether the hub of the team gets copies, as the template says.'},
      perMinute: {type: 'integer', minimum: 1, default: 60, description: 'Messages agents together may send to one of them in a minute.'},
      maxHops: {type: 'integer', minimum: 1, default: 16, description: 'Messages that may lead to one another before it counts as a loop.'},
      digestSeconds: {type: 'number', minimum: 0, default: 30, description: 'How long a message of low priority waits for others.'},
    },
  },
  briefing: {
    type: 'object',
    additionalProperties: false,
    default: {},
    properties: {budgetChars: {type: 'integer', minimum: 4000, default: 24000, description: 'Characters a briefing may have.'}},
  },
  health: HEALTH_SCHEMA,
  log: {
    type: 'object',
    additionalProperties: false,
    default: {},
    properties: {
      level: {enum: [...LOG_LEVELS], default: 'info', description: "The supervisor's log holds lines of this level and worse."},
    },
  },
}

/** A plugin's section; empty when no plugin has declared it. */
export function sectionOf(config: Config, name: string): Readonly<Record<string, unknown>> {
  return (config[name] ?? {}) as Record<string, unknown>
}

/** The schema of the whole configuration. @param sections those of plugins, by name */
export function configSchema(sections: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const plugins = Object.fromEntries(Object.entries(sections).map(([name, schema]) => [name, {default: {}, ...schema}]))
  return {type: 'object', additionalProperties: false, properties: {...CONFIG_PROPERTIES, ...plugins}}
}
