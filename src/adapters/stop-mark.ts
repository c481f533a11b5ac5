import {rm, stat, utimes, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {makeFolder} from '@orch/plugin-kit/files'
import {moveAside} from './move-aside.js'

/** In the spool, where bin/hook.sh, bin/restart.js and bin/watchdog.sh look for them. */
const STOPPED = '.stopped'
const REPLACED = '.replaced'
/** Milliseconds a command has to bring up the next supervisor. After that agents and the watchdog do it. The watchdog counts whole minutes. */
const REPLACEMENT_MS = 60_000

/**
 * A person stopped the supervisor: neither agents nor the watchdog start it again.
 * @param spool the folder
 */
export function holdRestarts(spool: string): Promise<void> {
  return leave(spool, STOPPED)
}

/**
 * A command replaces the supervisor: agents and the watchdog wait for the next one for a minute.
 * @param spool the folder
 */
export function announceReplacement(spool: string): Promise<void> {
  return leave(spool, REPLACED)
}

/** A supervisor is up: both marks are history. */
export async function allowRestarts(spool: string): Promise<void> {
  for (const name of [STOPPED, REPLACED]) await rm(join(spool, name), {force: true, recursive: true})
}

/** @returns milliseconds UTC at which a person stopped it, null when nobody did */
export function stoppedAt(spool: string): Promise<number | null> {
  return leftAt(spool, STOPPED)
}

/** @returns whether a command is about to bring up the next supervisor */
export async function isBeingReplaced(spool: string): Promise<boolean> {
  const at = await leftAt(spool, REPLACED)
  return at !== null && Math.abs(Date.now() - at) < REPLACEMENT_MS
}

async function leave(spool: string, name: string): Promise<void> {
  await makeFolder(spool)
  const mark = join(spool, name)
  await moveAside(mark, (found) => found.isFile())
  await writeFile(mark, '', {mode: 0o600})
  // Writing nothing into an empty file leaves its time as it was.
  await utimes(mark, new Date(), new Date())
}

async function leftAt(spool: string, name: string): Promise<number | null> {
  return stat(join(spool, name)).then(
    ({mtimeMs}) => Math.round(mtimeMs),
    () => null,
  )
}
