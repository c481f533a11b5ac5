import type {Caller, JsonSchema} from '@orch/plugin-kit'
import type {MethodName} from './authority.js'

/** What a handler knows beside its parameters. */
export interface CallContext {
  readonly caller: Caller
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal
}

/** A method that answers once. */
export interface Method<P = never, R = unknown> {
  readonly kind: 'call'
  readonly params: JsonSchema
  handle(params: P, context: CallContext): Promise<R>
}

/** A method that answers with a stream of objects, one a line. */
export interface StreamMethod<P = never, R = unknown> {
  readonly kind: 'stream'
  readonly params: JsonSchema
  handle(params: P, context: CallContext): AsyncIterable<R>
}

export type Methods = Readonly<Record<string, Method | StreamMethod>>

/** Methods of orch's own: each has its line in the table of authority. */
export type OwnMethods = Readonly<Partial<Record<MethodName, Method | StreamMethod>>>

/** A schema for parameters: unknown keys are refused. */
export function params(properties: Readonly<Record<string, JsonSchema>>, required: readonly string[] = []): JsonSchema {
  return {type: 'object', additionalProperties: false, properties, required}
}

export function call<P, R>(schema: JsonSchema, handle: (params: P, context: CallContext) => Promise<R>): Method {
  return {kind: 'call', params: schema, handle: handle}
}

export function stream<P, R>(schema: JsonSchema, handle: (params: P, context: CallContext) => AsyncIterable<R>): StreamMethod {
  return {kind: 'stream', params: schema, handle: handle as StreamMethod['handle']}
}
