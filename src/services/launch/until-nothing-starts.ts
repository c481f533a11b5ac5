import type {Clock} from '@orch/plugin-kit'
import type {Store} from '../../domain/ports/store.js'

/** Milliseconds after which an agent that still starts is waited for no longer: it stands at a dialog. */
const PATIENCE_MS = 60_000
const POLL_MS = 200

/** Resolves when no agent starts, or after the patience: an agent's program writes the same files at its start. */
export async function untilNothingStarts(store: Store, clock: Clock): Promise<void> {
  const end = clock.monotonic() + PATIENCE_MS
  const isStarting = () => store.projects().some(({agents}) => agents.some(({state}) => state === 'starting'))
  while (isStarting() && clock.monotonic() < end) await clock.sleep(POLL_MS)
}
