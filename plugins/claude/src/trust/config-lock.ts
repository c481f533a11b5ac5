import {mkdir, rmdir, stat} from 'node:fs/promises'
import {OrchError, type Clock} from '@orch/plugin-kit'

/** Claude Code takes a lock whose folder is older than this from the process that left it behind (measured on 2.1.330: broken after 10 s). */
const STALE_MS = 10_000
const RETRY_MS = 50
const PATIENCE_MS = 30_000

/**
 * Runs `work` while holding the lock that Claude Code itself holds when it writes `~/.claude.json`: a folder beside the file, `FILE.lock`, made
 * with mkdir and removed with rmdir (measured with strace on 2.1.197 and 2.1.330; the protocol of npm's proper-lockfile).
 * @param path the file, with symbolic links resolved
 * @throws ORCH_CLASH when somebody else keeps it for 30 s
 */
export async function holdingConfigLock<T>(path: string, clock: Clock, work: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`
  const deadline = clock.monotonic() + PATIENCE_MS
  while (!(await taken(lock))) {
    if (clock.monotonic() >= deadline) {
      throw new OrchError('ORCH_CLASH', {
        what: `${path} cannot be written`,
        why: `another program has kept ${lock} for ${PATIENCE_MS / 1000} s`,
        remedy: 'Close other Claude Code sessions that hang, then run again.',
      })
    }
    if (await isStale(lock)) await rmdir(lock).catch(() => undefined)
    else await clock.sleep(RETRY_MS)
  }
  try {
    return await work()
  } finally {
    await rmdir(lock)
  }
}

async function taken(lock: string): Promise<boolean> {
  try {
    await mkdir(lock)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** The file system's clock wrote the time and the system's clock reads it, so this is about real time, not the Clock port's. */
async function isStale(lock: string): Promise<boolean> {
  const found = await stat(lock).catch(() => null)
  return found !== null && Date.now() - found.mtimeMs > STALE_MS
}
