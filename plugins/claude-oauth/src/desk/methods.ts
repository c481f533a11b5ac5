import type {Caller, JsonSchema, RpcMethod, RpcStream} from '@orch/plugin-kit'
import type {PortDesk} from './port-desk.js'

const PORT: JsonSchema = {type: 'integer', minimum: 1, maximum: 65_535}
const OBJECT: JsonSchema = {type: 'object'}
const params = (properties: Record<string, JsonSchema>, required: readonly string[] = []): JsonSchema => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
})

/** The socket methods of `orch port`. */
export function portMethods(desk: PortDesk): Record<string, RpcMethod | RpcStream> {
  return {
    'port.status': {
      params: params({ports: {type: 'array', items: PORT, maxItems: 100}, own: {type: ['integer', 'null']}}),
      result: OBJECT,
      handler: async ({ports = [], own = null}: {ports?: number[]; own?: number | null}) => ({ports: await desk.status(ports, own)}),
    },
    'port.wait': {
      params: params({port: PORT, timeoutMs: {type: 'integer', minimum: 0}}, ['port', 'timeoutMs']),
      result: OBJECT,
      stream: ({port, timeoutMs}: {port: number; timeoutMs: number}, _caller: Caller, signal: AbortSignal) =>
        desk.wait(port, timeoutMs, signal),
    },
    'port.override': {
      params: params({agent: {type: 'string', minLength: 1, maxLength: 200}}, ['agent']),
      result: OBJECT,
      handler: async ({agent}: {agent: string}, caller: Caller) => desk.override(agent, caller),
    },
  }
}
