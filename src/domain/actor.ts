import type {Actor, Caller, Evidence} from '@orch/plugin-kit'

export const BY_PERSON: Actor = {kind: 'person'}
export const BY_ORCH: Actor = {kind: 'orch'}

/** Who makes a call: the agent whose token came with it, else a person. */
export function actorOf({agent}: Caller): Actor {
  return agent ? {kind: 'agent', ...agent} : BY_PERSON
}

/** The actor in a sentence: `a person`, `orch`, the agent's role, or `the plugin NAME`. */
export function nameOf(by: Actor): string {
  if (by.kind === 'agent') return by.role
  if (by.kind === 'plugin') return `the plugin ${by.plugin}`
  return by.kind === 'person' ? 'a person' : 'orch'
}

/** Evidence of what somebody did. @param at milliseconds UTC */
export function evidenceOf(by: Actor, what: string, at: number): Evidence {
  return {source: by.kind, what, at, by}
}
