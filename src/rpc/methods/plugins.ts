import type {Caller, Registration} from '@orch/plugin-kit'
import {call, stream, type Methods} from '../method.js'

/** The methods that plugins bring for their own commands. */
export function pluginMethods(registrations: readonly Pick<Registration, 'methods'>[]): Methods {
  const entries = registrations.flatMap(({methods}) => Object.entries(methods ?? {}))
  return Object.fromEntries(
    entries.map(([name, method]) => {
      if ('stream' in method) {
        const open = method.stream.bind(method) as (params: unknown, caller: Caller, signal: AbortSignal) => AsyncIterable<unknown>
        return [name, stream(method.params, (params, {caller, signal}) => open(params, caller, signal))]
      }
      const handler = method.handler.bind(method) as (params: unknown, caller: Caller) => Promise<unknown>
      return [name, call(method.params, (params, {caller}) => handler(params, caller))]
    }),
  )
}
