import type {EventName, FoldOf, OrchEvents} from './events.js'

/** The plugin that owns the mandatory timing events; orch refuses to run without it. */
export const REQUIRED_PLUGIN = '@orch/plugin-claude-oauth'

/** A row of the lifecycle: an event with an owner fails closed. */
export interface LifecycleRow<F> {
  readonly fold: F
  readonly owner: string | null
  /** Milliseconds a handler may take. */
  readonly timeoutMs: number
}

/** A `latest` event asks for a time; a handler that waits inside it has misunderstood, so it is cut short (design § 5). */
const ASKED_MS = 2_000
/** Handlers may read files and probe servers, but nothing in the lifecycle takes longer in earnest. */
const WORKING_MS = 30_000
const row = <F>(fold: F, timeoutMs = WORKING_MS, owner: string | null = null): LifecycleRow<F> => ({fold, owner, timeoutMs})

/** Every event with its fold; leaving one out, or mislabelling it, is a compile error. */
export const LIFECYCLE: {readonly [E in keyof OrchEvents]: LifecycleRow<FoldOf<E>>} = {
  register: row('collect'),
  awaitPort: row('latest', ASKED_MS, REQUIRED_PLUGIN),
  mcpInit: row('collect', WORKING_MS, REQUIRED_PLUGIN),
  beforeAgentSpawn: row('merge'),
  afterAgentSpawn: row('notify'),
  beforeBriefing: row('collect'),
  afterWindowKill: row('latest', ASKED_MS, REQUIRED_PLUGIN),
  agentStateChanged: row('notify'),
  messageStateChanged: row('notify'),
  projectStateChanged: row('notify'),
  needsChanged: row('notify'),
  creditsChanged: row('notify'),
  beforeMerge: row('guard'),
  afterMerge: row('notify'),
  beforeCleanup: row('guard'),
  afterCleanup: row('notify'),
}

/** Events whose owner must answer them. */
export const OWNED_EVENTS: readonly EventName[] = (Object.keys(LIFECYCLE) as EventName[]).filter((event) => LIFECYCLE[event].owner !== null)
