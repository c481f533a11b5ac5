import type {JsonSchema} from '@orch/plugin-kit'

/** How agents come to their MCP servers. */
export const STRATEGIES = ['preapproved', 'two-stage'] as const
export type Strategy = (typeof STRATEGIES)[number]

/** What a server that does not answer means for an agent that is to have it. */
export const POLICIES = ['required', 'optional'] as const
export type Policy = (typeof POLICIES)[number]

/** The part `mcp` of the section `oauth`. */
export interface McpSettings {
  readonly strategy: Strategy
  /** Servers are asked before an agent gets them. */
  readonly probe: boolean
  /** Servers that are not optional, by name. */
  readonly servers: Readonly<Record<string, {readonly policy: Policy}>>
  /** The servers of a role, by its key; a role that is not named has what its template says, else every server. */
  readonly roles: Readonly<Record<string, readonly string[]>>
}

/** JSON Schema of the part. */
export const MCP_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  default: {},
  properties: {
    strategy: {
      enum: [...STRATEGIES],
      default: 'preapproved',
      description:
        'preapproved: servers are written into settings and asked before the start. two-stage: start, approve, exit, start again; at least 30 s an agent.',
    },
    probe: {
      type: 'boolean',
      default: true,
      description: 'Ask servers whether they answer before an agent gets them. Without it a required server is taken at its word.',
    },
    servers: {
      type: 'object',
      description: 'By name of a server that .mcp.json or ~/.claude.json defines.',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        properties: {
          policy: {
            enum: [...POLICIES],
            default: 'optional',
            description: 'required: an agent does not start without it. optional: it starts without it, with a warning.',
          },
        },
      },
    },
    roles: {
      type: 'object',
      description: 'The servers of a role, by its key; a role that is not named has every server.',
      additionalProperties: {type: 'array', items: {type: 'string', minLength: 1}, uniqueItems: true},
    },
  },
}

/** @param value as validated by the host */
export function mcpSettingsOf(value: unknown): McpSettings {
  const {strategy, probe, servers, roles} = (value ?? {}) as Partial<McpSettings>
  return {
    strategy: strategy ?? 'preapproved',
    probe: probe ?? true,
    servers: servers ?? {},
    // The original wrote role keys with an underscore.
    roles: Object.fromEntries(Object.entries(roles ?? {}).map(([role, names]) => [role.replaceAll('_', '-'), names])),
  }
}
