import {
  OrchError,
  type Caller,
  type JsonSchema,
  type MethodRule,
  type Registration,
  type RpcMethod,
  type RpcStream,
  type SchemaValidator,
} from '@orch/plugin-kit'
import {AUTHORITY, UNDECLARED} from '../authority.js'
import {call, stream, type Method, type Methods, type StreamMethod} from '../method.js'

interface Registered {
  readonly plugin: string
  readonly value: Pick<Registration, 'methods'>
}

/**
 * Adds the methods that plugins bring for their own commands. What they answer is held against the schema they declare.
 * @param core the host's own methods, which no plugin may replace
 * @throws ORCH_HOOK_CLASH when a name is taken
 */
export function withPluginMethods(core: Methods, registrations: readonly Registered[], schemas: SchemaValidator): Methods {
  const owners = new Map(Object.keys(core).map((name) => [name, 'orch']))
  const added: Record<string, Method | StreamMethod> = {}
  for (const {plugin, value} of registrations) {
    for (const [name, method] of Object.entries(value.methods ?? {})) {
      const owner = owners.get(name)
      if (owner !== undefined) throw new OrchError('ORCH_HOOK_CLASH', {event: 'register', key: `methods.${name}`, plugins: [owner, plugin]})
      owners.set(name, plugin)
      added[name] =
        'stream' in method
          ? streamOf(method, checker(plugin, name, method.result, schemas))
          : callOf(method, checker(plugin, name, method.result, schemas))
    }
  }
  return {...core, ...added}
}

/** @returns who may call a method of any plugin */
export function ruleOf(registrations: readonly Registered[]): (method: string) => MethodRule {
  const brought = registrations.flatMap(({value}) => Object.entries(value.methods ?? {}))
  const rules = new Map<string, MethodRule>(brought.map(([name, {authority}]) => [name, authority ?? UNDECLARED]))
  for (const [name, rule] of Object.entries(AUTHORITY)) rules.set(name, rule)
  return (method) => rules.get(method) ?? UNDECLARED
}

type Check = (answer: unknown) => unknown

function checker(plugin: string, name: string, schema: JsonSchema, schemas: SchemaValidator): Check {
  return (answer) => {
    const [problem] = schemas.check(schema, answer)
    if (!problem) return answer
    const where = problem.path.length > 0 ? ` at ${problem.path.join('.')}` : ''
    throw new OrchError('ORCH_INTERNAL', {what: `${plugin} answers ${name} against its own schema${where}: ${problem.message}`})
  }
}

function callOf(method: RpcMethod, check: Check): Method {
  const handler = method.handler.bind(method) as (params: unknown, caller: Caller) => Promise<unknown>
  return call(method.params, async (params, {caller}) => check(await handler(params, caller)))
}

function streamOf(method: RpcStream, check: Check): StreamMethod {
  const open = method.stream.bind(method) as (params: unknown, caller: Caller, signal: AbortSignal) => AsyncIterable<unknown>
  return stream(method.params, async function* (params, {caller, signal}) {
    for await (const item of open(params, caller, signal)) yield check(item)
  })
}
