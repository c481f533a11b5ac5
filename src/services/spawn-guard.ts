import {OrchError, type PaneCommand, type SpawnAdditions} from '@orch/plugin-kit'

/** Flags that decide what an agent may do and whose it is; a plugin must not repeat them. */
const PROTECTED_FLAGS = [
  '--session-id',
  '--resume',
  '--settings',
  '--mcp-config',
  '--strict-mcp-config',
  '--permission-mode',
  '--dangerously-skip-permissions',
]
const PROTECTED_ENV = /^(?:ORCH_.*|CLAUDE_OAUTH_PORT|MCP_OAUTH_CALLBACK_PORT|PORT)$/

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
