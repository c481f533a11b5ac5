import type {Caller, JsonSchema, MethodRule, RpcMethod, RpcStream} from '@orch/plugin-kit'
import type {PortStatusService} from './port-status-service.js'

const PORT: JsonSchema = {type: 'integer', minimum: 1, maximum: 65_535}
const record = (properties: Record<string, JsonSchema>, required: readonly string[] = []): JsonSchema => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
})

const WORD: JsonSchema = {type: 'string'}
const TIME: JsonSchema = {type: ['integer', 'null']}
const STATUS = {
  port: PORT,
  free: {type: 'boolean'},
  holder: {type: ['object', 'null']},
  leasedTo: {type: ['object', 'null']},
  earliestStartAt: TIME,
  waiting: {type: 'array', items: {type: 'object'}},
  recommendations: {type: 'array', items: {type: 'string'}},
}

const LOOK: MethodRule = {agents: 'all', others: 'nothing'}
/** The OAuth contract leaves this to a person, so no template can grant it. */
const DECIDE: MethodRule = {agents: 'none', others: 'terminal'}

/** The socket methods of `orch port`. */
export function portMethods(desk: PortStatusService): Record<string, RpcMethod | RpcStream> {
  return {
    'port.status': {
      authority: LOOK,
      params: record({ports: {type: 'array', items: PORT, maxItems: 100}, own: {type: ['integer', 'null']}}),
      result: record({ports: {type: 'array', items: record(STATUS, Object.keys(STATUS))}}, ['ports']),
      handler: async ({ports = [], own = null}: {ports?: number[]; own?: number | null}) => ({ports: await desk.status(ports, own)}),
    },
    'port.wait': {
      authority: LOOK,
      params: record({port: PORT, timeoutMs: {type: 'integer', minimum: 0}}, ['port', 'timeoutMs']),
      result: record({...STATUS, done: {type: 'boolean'}, waitedMs: {type: 'number'}}, [...Object.keys(STATUS), 'done', 'waitedMs']),
      stream: ({port, timeoutMs}: {port: number; timeoutMs: number}, _caller: Caller, signal: AbortSignal) =>
        desk.wait(port, timeoutMs, signal),
    },
    'port.override': {
      authority: DECIDE,
      params: record({agent: {type: 'string', minLength: 1, maxLength: 200}}, ['agent']),
      result: record({agent: WORD, role: WORD, port: PORT, leaseTaken: {type: 'boolean'}}, ['agent', 'role', 'port', 'leaseTaken']),
      handler: async ({agent}: {agent: string}, caller: Caller) => desk.override(agent, caller),
    },
  }
}
