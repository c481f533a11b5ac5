import {watch as watchFolder, type FSWatcher} from 'node:fs'
import {lstat} from 'node:fs/promises'
import {messageOf, type Logger} from '@orch/plugin-kit'

interface FolderWatchOptions {
  /** Absolute path. */
  readonly folder: string
  /**
   * Called after an entry was made, renamed or removed, and after the folder itself was.
   * @param name of the entry; null where the system does not say
   */
  readonly onChange: (name: string | null) => void
  readonly logger: Logger
  /** Of Node; another in tests, which cannot reach the limits of the system. */
  readonly watch?: typeof watchFolder
}

/** Watches one folder, also when it is removed and made again: `arm` finds that out. Nothing of it is promised, so its owner looks now and then too. */
export class FolderWatch {
  readonly #options: FolderWatchOptions
  #watcher: FSWatcher | null = null
  /** Which folder is watched; null: none. */
  #watched: string | null = null
  #isClosed = false
  /** That watching fails is logged once. */
  #hasFailed = false

  constructor(options: FolderWatchOptions) {
    this.#options = options
  }

  /** Watches the folder that is at the path now. What is read of it after this returns is whole: what comes later calls `onChange`. */
  async arm(): Promise<void> {
    const now = await identityOf(this.#options.folder)
    if (this.#isClosed || now === this.#watched) return
    this.#drop()
    if (now !== null) this.#open(now)
  }

  close(): void {
    this.#isClosed = true
    this.#drop()
  }

  #open(identity: string): void {
    const {folder, onChange, logger, watch = watchFolder} = this.#options
    try {
      const watcher = watch(folder, {persistent: false}, (event, name) => {
        if (event === 'rename') onChange(name)
      })
      watcher.on('error', (error) => {
        if (this.#watcher === watcher) this.#drop()
        logger.warn('a folder is watched no more, until the next look', {folder, why: messageOf(error)})
      })
      this.#watcher = watcher
      this.#watched = identity
    } catch (error) {
      // For instance at the limit of inotify's instances or watches of this user.
      if (!this.#hasFailed) logger.warn('a folder cannot be watched, and is looked at each second instead', {folder, why: messageOf(error)})
      this.#hasFailed = true
    }
  }

  #drop(): void {
    this.#watcher?.close()
    this.#watcher = null
    this.#watched = null
  }
}

/** A folder that was removed and made again may get the same inode, but not the same time of birth. */
async function identityOf(folder: string): Promise<string | null> {
  const stat = await lstat(folder, {bigint: true}).catch(() => null)
  return stat && `${stat.dev}:${stat.ino}:${stat.birthtimeNs}`
}
