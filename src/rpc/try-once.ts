import {createHash} from 'node:crypto'
import {setTimeout as sleep} from 'node:timers/promises'
import {holdName} from '../adapters/abstract-socket.js'
import {PluginTrials} from '../adapters/plugin-trials.js'
import {tryPlugins, type TrialRequest} from './try-plugins.js'

/** Milliseconds between looks whether another process has ended its trial, and for which it is waited for. Its end is no event of ours. */
const LOOK_MS = 200
const PATIENCE_MS = 150_000

/**
 * Finds out whether the plugins can come up, unless another process of the same state directory is at it: ten agents do not try ten times.
 * @param digest of the plugins
 * @returns false when another one tried meanwhile: what runs may be another supervisor by now
 * @throws what a supervisor with these plugins would refuse to start with
 */
export async function tryOnce(request: TrialRequest, digest: string): Promise<boolean> {
  if (new PluginTrials(request.data).find(digest)) return true
  const name = `orch-try-${createHash('sha256').update(request.data).digest('hex').slice(0, 32)}`
  // Where there are no such names each tries for itself, as in the end where somebody holds this one for ever.
  const held = await holdName(name).catch(() => undefined)
  if (held === null && (await hasBecomeFree(name))) return false
  await tryPlugins(request).finally(() => held?.release())
  return true
}

async function hasBecomeFree(name: string): Promise<boolean> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(LOOK_MS)) {
    const held = await holdName(name)
    await held?.release()
    if (held) return true
  }
  return false
}
