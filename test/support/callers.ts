import {OrchError, type Caller} from '@orch/plugin-kit'
import {AjvValidator} from '../../src/adapters/schema-validator.js'
import type {Method, Methods, StreamMethod} from '../../src/rpc/method.js'

/** A person, who has no token. */
export const PERSON: Caller = {agent: null}

/** Whoever has the token of an agent's run. */
export function asAgent(role = 'developer', project = 'p_1'): Caller {
  return {agent: {project, agent: `a_${role.replaceAll('-', '')}`, role}}
}

const schemas = new AjvValidator()

/** Calls a method as the server does: its parameters go through its schema first. @throws what the server refuses, ORCH_INVALID_PARAMS among it */
export async function callOf<R>(methods: Methods, name: string, params: object = {}, caller = PERSON, signal = never()): Promise<R> {
  const method = methods[name] as Method<object, R>
  return method.handle(checked(name, method, params), {caller, signal})
}

/** Opens a stream as the server does. */
export function streamOf<T>(methods: Methods, name: string, params: object = {}, caller = PERSON, signal = never()): AsyncIterator<T> {
  const method = methods[name] as StreamMethod<object, T>
  return method.handle(checked(name, method, params), {caller, signal})[Symbol.asyncIterator]()
}

function checked(name: string, {params: schema}: Method | StreamMethod, params: object): object {
  const problems = schemas.check(schema, params).map(({path, message}) => `${path.join('.')} ${message}`)
  if (problems.length > 0) throw new OrchError('ORCH_INVALID_PARAMS', {method: name, problems})
  return params
}

function never(): AbortSignal {
  return new AbortController().signal
}
