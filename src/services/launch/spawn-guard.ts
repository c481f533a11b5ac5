import {OrchError, PROTECTED_ENV, PROTECTED_FLAGS, type PaneCommand, type SpawnAdditions} from '@orch/plugin-kit'

/** @throws ORCH_REFUSED when a plugin's additions touch what is orch's own */
export function requireUnprotected(additions: SpawnAdditions, command: PaneCommand): void {
  const flag = additions.args?.find((arg) => PROTECTED_FLAGS.includes(arg.split('=')[0]!))
  const variable = Object.keys(additions.env ?? {}).find((name) => PROTECTED_ENV.test(name))
  const outside = Object.keys(additions.files ?? {}).find((name) => name.includes('..') || name.startsWith('/'))
  const touched = flag ?? variable ?? outside
  if (touched === undefined) return
  throw new OrchError('ORCH_REFUSED', {
    what: `An addition to ${command.argv[0]} in beforeAgentSpawn`,
    why: `${touched} is orch's own`,
    remedy: 'Take the plugin out, or have it set something else.',
  })
}
