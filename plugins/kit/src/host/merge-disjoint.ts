import {OrchError} from '../errors/index.js'
import type {Answer} from '../hooks/index.js'

/**
 * Joins the objects of several plugins: lists are appended in the order of plugin names, keys of inner objects must be disjoint.
 * @throws ORCH_HOOK_CLASH naming both plugins
 */
export function mergeDisjoint(event: string, answers: readonly Answer<unknown>[]): Record<string, unknown> {
  const merged: Record<string, unknown> = {}
  const setBy = new Map<string, string>()
  for (const {plugin, value} of answers) {
    for (const [key, part] of Object.entries((value ?? {}) as Record<string, unknown>)) {
      if (Array.isArray(part)) merged[key] = [...((merged[key] as unknown[] | undefined) ?? []), ...(part as unknown[])]
      else merged[key] = {...(merged[key] ?? {}), ...claimKeys(event, key, part as object, plugin, setBy)}
    }
  }
  return merged
}

function claimKeys(event: string, prefix: string, part: object, plugin: string, setBy: Map<string, string>): object {
  for (const key of Object.keys(part)) {
    const name = `${prefix}.${key}`
    const other = setBy.get(name)
    if (other) throw new OrchError('ORCH_HOOK_CLASH', {event, key: name, plugins: [other, plugin]})
    setBy.set(name, plugin)
  }
  return part
}
