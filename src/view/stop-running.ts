import {hasCode} from '@orch/plugin-kit'
import type {SupervisorClient} from '@orch/plugin-kit/command'
import {identifyProcess} from '../adapters/local-host.js'
import {findLockHolder} from '../adapters/lock-holder.js'
import {statePaths} from '../adapters/paths.js'
import {announceReplacement, holdRestarts} from '../adapters/stop-mark.js'
import {stopSupervisor, type End} from '../rpc/stop-supervisor.js'

/** How long a supervisor has for an answer before it counts as one that gives none. */
export const ANSWER_MS = 5_000

/** What became of the supervisor: `none` ran. */
export interface Stopped {
  readonly pid: number | null
  readonly how: End | 'none'
}

/**
 * Stops the supervisor, whether it answers or not, and keeps agents from starting it again.
 * @param options.isForNext the caller starts the next one at once: agents wait for that
 * @throws ORCH_SUPERVISOR when its process cannot be ended, what the supervisor refused with
 */
export async function stopRunning(
  client: SupervisorClient,
  {dataDir, version}: {readonly dataDir: string; readonly version: string},
  {isForNext = false}: {readonly isForNext?: boolean} = {},
): Promise<Stopped> {
  const {spool, log} = statePaths(dataDir, version, process.env)
  const hello = await peek<{pid: number}>(client, 'system.hello').catch(() => null)
  const supervisor = (hello && identifyProcess(hello.pid)) ?? (await findLockHolder(dataDir))
  if (!supervisor) return {pid: null, how: 'none'}
  // One that answers makes the mark itself, when it agrees.
  const mark = isForNext ? announceReplacement : holdRestarts
  if (!hello) await mark(spool)
  const ask = async () => hello !== null && (await peek(client, 'system.stop', {isForNext}).catch(unheard)) !== null
  const how = await stopSupervisor({supervisor, ask, log})
  if (how !== 'asked') await mark(spool)
  return {pid: supervisor.pid, how}
}

/** The same for a person who wants none to run: where none runs now, an agent's hook may be about to start one. */
export async function stopForGood(client: SupervisorClient, config: Parameters<typeof stopRunning>[1]): Promise<Stopped> {
  const stopped = await stopRunning(client, config)
  if (stopped.how === 'none') await holdRestarts(statePaths(config.dataDir, config.version, process.env).spool)
  return stopped
}

/** What a person reads. */
export function stoppedText({pid, how}: Stopped): string {
  switch (how) {
    case 'none':
      return 'No supervisor runs.'
    case 'asked':
      return 'The supervisor has stopped.'
    case 'terminated':
      return `The supervisor did not answer; its process ${pid} was ended (SIGTERM). Agents live on.`
    case 'killed':
      return `The supervisor did not answer; its process ${pid} was killed (SIGKILL). Agents live on.`
  }
}

function peek<R>(client: SupervisorClient, method: string, params = {}): Promise<R | null> {
  return client.peek<R>(method, params, {timeoutMs: ANSWER_MS})
}

/** It ended, or went silent, in the middle: only a refusal is an answer. */
function unheard(error: unknown): null {
  if (hasCode(error, 'ORCH_SUPERVISOR')) return null
  throw error
}
