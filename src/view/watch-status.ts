import {setTimeout as sleep} from 'node:timers/promises'
import {hasCode} from '@orch/plugin-kit'
import type {SupervisorClient} from '@orch/plugin-kit/command'

/** Ages change without events. */
const REDRAW_MS = 1_000

/**
 * Has a status drawn again whenever something changes, and while a person looks at it, every second. While no supervisor runs the last known
 * state is drawn: looking starts none.
 * @param draw draws what is there now
 * @param options.live ages are drawn too
 */
export async function watchStatus(
  client: SupervisorClient,
  params: {readonly project?: string},
  draw: () => Promise<void>,
  {live, signal}: {readonly live: boolean; readonly signal: AbortSignal},
): Promise<void> {
  await draw()
  const redrawing = live ? redraw(draw, signal) : Promise.resolve()
  while (!signal.aborted) {
    if (await client.peek('system.hello').catch(() => null)) await drawChanges(client, params, draw, signal)
    if (!signal.aborted) await sleep(REDRAW_MS, undefined, {signal}).catch(() => undefined)
    if (!signal.aborted) await draw()
  }
  await redrawing
}

async function drawChanges(client: SupervisorClient, params: object, draw: () => Promise<void>, signal: AbortSignal): Promise<void> {
  try {
    const changes = client.stream<{project: string}>('status.changes', {...params}, {signal})
    for await (const {project} of changes) if (project) await draw()
  } catch (error) {
    if (!hasCode(error, 'ORCH_SUPERVISOR')) throw error
  }
}

async function redraw(draw: () => Promise<void>, signal: AbortSignal): Promise<void> {
  for (;;) {
    await sleep(REDRAW_MS, undefined, {signal}).catch(() => undefined)
    if (signal.aborted) return
    await draw()
  }
}
