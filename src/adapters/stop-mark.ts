import {mkdir, rm, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {moveAside} from './move-aside.js'

/** In the spool, where bin/hook.js and bin/watchdog.sh look for it. */
const NAME = '.stopped'

/**
 * A person stopped the supervisor: neither agents nor the watchdog start it again.
 * @param spool the folder
 */
export async function holdRestarts(spool: string): Promise<void> {
  await mkdir(spool, {recursive: true, mode: 0o700})
  const mark = join(spool, NAME)
  await moveAside(mark, (found) => found.isFile())
  await writeFile(mark, '', {mode: 0o600})
}

export async function allowRestarts(spool: string): Promise<void> {
  await rm(join(spool, NAME), {force: true, recursive: true})
}

/** @returns milliseconds UTC at which a person stopped it, null when nobody did */
export async function stoppedAt(spool: string): Promise<number | null> {
  return stat(join(spool, NAME)).then(
    ({mtimeMs}) => Math.round(mtimeMs),
    () => null,
  )
}
