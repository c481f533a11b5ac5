import type {JsonSchema} from '@orch/plugin-kit'
import {CONTRACT} from './contract.js'
import {MCP_SCHEMA, mcpSettingsOf, type McpSettings} from './mcp/mcp-settings.js'

export type OnBusy = 'auto' | 'warn' | 'hold'

/** The section `oauth` of the configuration. Times in milliseconds. */
export interface OauthSettings {
  readonly port: number
  /** Ports that agents are spread over; empty: `port` alone. */
  readonly ports: readonly number[]
  readonly onBusy: OnBusy
  /** undefined: exported only when no other live agent has the same port. */
  readonly exportCallbackPort: boolean | undefined
  readonly killBudgetMs: number
  readonly exitBudgetMs: number
  readonly killFloorMs: number
  readonly mcpStageMs: number
  readonly mcp: McpSettings
  readonly freeObservations: number
  readonly progressMs: number
  readonly holderProbeMs: number
}

/** Settings as validated by the host. Even values that came past the validation cannot undercut the contract. */
export function settingsOf(config: Readonly<Record<string, unknown>>): OauthSettings {
  const raised = (key: RaiseOnly) => Math.max(CONTRACT[key], numberOr(config[key], CONTRACT[key]))
  return {
    port: numberOr(config['port'], CONTRACT.defaultPort),
    ports: Array.isArray(config['ports']) ? config['ports'].filter((port) => typeof port === 'number') : [],
    onBusy: config['onBusy'] === 'warn' || config['onBusy'] === 'hold' ? config['onBusy'] : 'auto',
    exportCallbackPort: typeof config['exportCallbackPort'] === 'boolean' ? config['exportCallbackPort'] : undefined,
    killBudgetMs: raised('killBudgetMs'),
    exitBudgetMs: raised('exitBudgetMs'),
    killFloorMs: raised('killFloorMs'),
    mcpStageMs: raised('mcpStageMs'),
    mcp: mcpSettingsOf(config['mcp']),
    freeObservations: raised('freeObservations'),
    progressMs: numberOr(config['progressMs'], CONTRACT.progressMs),
    holderProbeMs: numberOr(config['holderProbeMs'], CONTRACT.holderProbeMs),
  }
}

type RaiseOnly = 'killBudgetMs' | 'exitBudgetMs' | 'killFloorMs' | 'mcpStageMs' | 'freeObservations'

const PORT = {type: 'integer', minimum: 1, maximum: 65_535}

const raiseOnly = (key: RaiseOnly, description: string) => ({
  type: 'integer',
  minimum: CONTRACT[key],
  default: CONTRACT[key],
  description: `${description}. It can be raised, not lowered: the specification of orch demands it`,
})

/** JSON Schema of the section. */
export const OAUTH_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    port: {
      ...PORT,
      default: CONTRACT.defaultPort,
      description: 'The OAuth callback port; CLAUDE_OAUTH_PORT in the environment goes before it.',
    },
    ports: {
      type: 'array',
      items: PORT,
      uniqueItems: true,
      minItems: 1,
      description: 'A pool of ports: agents on different ports start side by side, every rule holds per port.',
    },
    onBusy: {
      enum: ['auto', 'warn', 'hold'],
      default: 'auto',
      description:
        'When the port is still taken at the end of its budget: warn and start, hold and retry, or (auto) warn when a person watches, else hold.',
    },
    exportCallbackPort: {
      type: 'boolean',
      description: 'Give agents MCP_OAUTH_CALLBACK_PORT. Without a value: only when no other live agent has the same port.',
    },
    killBudgetMs: raiseOnly('killBudgetMs', 'Milliseconds the port has to come free after a window kill'),
    exitBudgetMs: raiseOnly('exitBudgetMs', 'Milliseconds the port has to come free after an agent exited'),
    killFloorMs: raiseOnly('killFloorMs', 'Least milliseconds between a window kill and the next start on its port'),
    mcpStageMs: raiseOnly('mcpStageMs', 'Milliseconds a stage of MCP initialisation may take'),
    mcp: MCP_SCHEMA,
    freeObservations: raiseOnly('freeObservations', 'How many observations in a row must find the port free'),
    progressMs: {type: 'integer', minimum: 1_000, default: CONTRACT.progressMs, description: 'Milliseconds between lines of progress'},
    holderProbeMs: {
      type: 'integer',
      minimum: 1_000,
      default: CONTRACT.holderProbeMs,
      description: 'Milliseconds between looks at who holds the port',
    },
  },
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : fallback
}
