import {createHash, randomUUID} from 'node:crypto'
import {link, unlink, writeFile} from 'node:fs/promises'
import type {Clock, ProcessIdentity} from '@orch/plugin-kit'
import type {Host} from './host.js'
import {readOwn} from './read-own.js'

interface Owner extends ProcessIdentity {
  readonly boot: string
}

export interface FileLockOptions {
  readonly path: string
  readonly host: Host
  readonly clock: Clock
  /** Milliseconds to wait for another process to let go. */
  readonly patienceMs: number
}

const RETRY_MS = 20

/**
 * An exclusive lock between processes: a file that only one can create. It names its owner by pid and start time; when that process is gone,
 * the lock is taken over.
 */
export class FileLock {
  readonly #options: FileLockOptions

  constructor(options: FileLockOptions) {
    this.#options = options
  }

  /** Runs `work` while holding the lock. @throws Error when it is held too long, or the file cannot be created */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    await this.#acquire()
    try {
      return await work()
    } finally {
      await unlink(this.#options.path)
    }
  }

  async #acquire(): Promise<void> {
    const {path, host, clock, patienceMs} = this.#options
    const own = JSON.stringify({...(await host.self()), boot: await host.bootId(), nonce: randomUUID()})
    const deadline = clock.monotonic() + patienceMs
    for (;;) {
      if (await createWhole(path, own)) return
      const content = await readOwn(path)
      if (content === null) continue
      const owner = ownerIn(content)
      if (!owner || owner.boot !== (await host.bootId()) || !(await host.isAlive(owner))) {
        await this.#removeAbandoned(content)
        continue
      }
      if (clock.monotonic() >= deadline) throw new Error(`locked by process ${owner.pid} for more than ${patienceMs} ms (${path})`)
      await clock.sleep(RETRY_MS)
    }
  }

  /**
   * Two processes may find the same dead owner. Only the one that holds the lock named after that owner's content may remove it, and only if
   * it is still there: so nobody removes a lock that a third process took in between.
   */
  async #removeAbandoned(content: string): Promise<void> {
    const {path} = this.#options
    const name = createHash('sha256').update(content).digest('hex').slice(0, 12)
    await new FileLock({...this.#options, path: `${path}.${name}`}).hold(async () => {
      const now = await readOwn(path)
      if (now === content) await unlink(path)
    })
  }
}

/** Like O_EXCL, but the file is never seen empty: it is written under another name and linked. @returns false when it exists */
async function createWhole(path: string, content: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`
  await writeFile(draft, content, {flag: 'wx', mode: 0o600})
  try {
    await link(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await unlink(draft)
  }
}

/** @returns null for a file that a power cut left damaged: its owner is gone */
function ownerIn(content: string): Owner | null {
  try {
    const {pid, startedAt, boot} = JSON.parse(content) as Partial<Owner>
    return typeof pid === 'number' && typeof startedAt === 'string' && typeof boot === 'string' ? {pid, startedAt, boot} : null
  } catch {
    return null
  }
}
