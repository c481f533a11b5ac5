import {setTimeout as sleep} from 'node:timers/promises'
import {hasCode} from '@orch/plugin-kit'
import type {SupervisorClient} from '@orch/plugin-kit/command'
import type {Over} from '../rpc/end-of-stream.js'

/** Milliseconds between two looks for a supervisor. */
const LOOK_MS = 250

/**
 * What a stream tells until it says that it is over. The supervisor may come and go meanwhile: the stream is opened again, behind what was told. While
 * none runs, one is waited for: looking starts none.
 * @param open opens the next stream
 */
export async function* outlast<T extends object>(
  client: SupervisorClient,
  open: () => AsyncIterable<T | Over>,
  signal: AbortSignal,
): AsyncGenerator<T> {
  for (;;) {
    try {
      for await (const item of open()) {
        if ('over' in item) return
        yield item
      }
    } catch (error) {
      if (!hasCode(error, 'ORCH_SUPERVISOR')) throw error
    }
    do {
      await sleep(LOOK_MS, undefined, {signal}).catch(() => undefined)
      if (signal.aborted) return
    } while (!(await client.peek('system.hello').catch(() => null)))
  }
}
