/** Compiled, never run: each line marked is a mistake that must not compile. An expectation that nothing fails is an error itself. */
import {
  API_VERSION,
  LIFECYCLE,
  OrchError,
  defineHook,
  type EventName,
  type FoldOf,
  type LifecycleRow,
  type Registration,
} from '@orch/plugin-kit'
import type {CapabilityRegistry, HookBus} from '@orch/plugin-kit/host'

// Events -------------------------------------------------------------------------------------------------------------------

export const right = defineHook('beforeBriefing', ({role, plan}) => [{title: role, body: plan.outline.title, weight: 1}])

// @ts-expect-error a mistyped event name
export const mistyped = defineHook('beforeBreifing', () => [])

// @ts-expect-error a wrong payload: awaitPort knows no worktree
export const wrongInput = defineHook('awaitPort', ({worktree}) => (worktree ? 'clear' : 'clear'))

// @ts-expect-error a wrong answer: a gate says `clear` or when
export const wrongOutput = defineHook('awaitPort', () => 'free')

// @ts-expect-error a wait without its reason
export const halfWait = defineHook('awaitPort', () => ({notBefore: 1, holder: null}))

// @ts-expect-error a step of MCP initialisation outside the closed set
export const wrongStep = defineHook('mcpInit', () => ({steps: [{step: 'run', path: '/x', content: ''}], verdicts: []}))

export async function emit(bus: HookBus): Promise<void> {
  const merge = {project: 'p', role: 'r', branch: 'b', sha: 's'}
  await bus.emit('beforeMerge', merge)
  // @ts-expect-error an event nobody declared
  await bus.emit('beforeMerging', merge)
  // @ts-expect-error a payload with a part missing
  await bus.emit('beforeMerge', {project: 'p', role: 'r', branch: 'b'})
  // @ts-expect-error a payload of another kind
  await bus.emit('beforeMerge', {...merge, sha: 7})
  // @ts-expect-error a guard answers nothing
  ;(await bus.emit('beforeMerge', merge)).toString()
  const sections = await bus.emit('beforeBriefing', {project: 'p', agent: 'a', role: 'r', kind: 'k', plan: undefined as never})
  sections.map(({plugin, value}) => [plugin, value[0]?.weight])
  // @ts-expect-error collected answers come with the plugin's name
  sections.map(({title}) => title)
}

// The table ----------------------------------------------------------------------------------------------------------------

type Table = {readonly [E in EventName]: LifecycleRow<FoldOf<E>>}
const row = <F>(fold: F): LifecycleRow<F> => ({fold, owner: null, timeoutMs: 1})

export const table: Table = LIFECYCLE
// @ts-expect-error a wrong fold
export const wrongFold: Table = {...LIFECYCLE, awaitPort: row('collect' as const)}
declare const incomplete: Omit<Table, 'awaitPort'>
// @ts-expect-error an event left out
export const missing: Table = incomplete
// @ts-expect-error an event that is none
export const surplus: Table = {...LIFECYCLE, afterLunch: row('notify' as const)} satisfies Table

// Errors -------------------------------------------------------------------------------------------------------------------

export const error = new OrchError('ORCH_PORT_BUSY', {port: 3000, why: 'w', holder: 'h'})
// @ts-expect-error a code that is not in the registry
export const unknownCode = new OrchError('ORCH_NONSENSE', {})
// @ts-expect-error details of another code
export const wrongDetails = new OrchError('ORCH_PORT_BUSY', {path: '/x'})
// @ts-expect-error a number in words
export const wrongKind = new OrchError('ORCH_PORT_BUSY', {port: '3000', why: 'w', holder: 'h'})

// Capabilities -------------------------------------------------------------------------------------------------------------

export function capabilities(registry: CapabilityRegistry): void {
  void registry.require('terminal').panes()
  void registry.require('agent:claude').detect({}, {})
  // @ts-expect-error a capability nobody declared
  registry.require('teleport')
  // @ts-expect-error a terminal merges nothing
  registry.require('terminal').merge({})
}

// @ts-expect-error a terminal that can do nothing
export const emptyTerminal: Registration = {apiVersion: API_VERSION, capabilities: {terminal: {}}}
// @ts-expect-error a registration without the API it was written for
export const unversioned: Registration = {}
