import {stat} from 'node:fs/promises'
import {makeFolder} from '@orch/plugin-kit/files'
import type {OwnFile} from '../domain/own-file.js'
import {takeInstanceLock} from './instance-lock.js'
import type {InstanceLock} from './lock-names.js'

/**
 * The state directory itself. The lock belongs to the folder and not to its path, so the place in a folder that replaced it has to be taken too:
 * by this supervisor, or, when another was quicker, this one ends.
 */
export class KeptState implements OwnFile {
  readonly name = 'the state directory'
  readonly #path: string
  readonly #onTaken: () => void
  #inode: string | null = null
  #lock: InstanceLock | undefined

  /** @param onTaken called when another supervisor has the folder that is there now */
  constructor(path: string, onTaken: () => void) {
    this.#path = path
    this.#onTaken = onTaken
  }

  async isIntact(): Promise<boolean> {
    const inode = await inodeOf(this.#path)
    this.#inode ??= inode
    return inode !== null && inode === this.#inode
  }

  async restore(): Promise<void> {
    await makeFolder(this.#path)
    const lock = await takeInstanceLock(this.#path)
    if (!lock) return this.#onTaken()
    await this.#lock?.release()
    this.#lock = lock
    this.#inode = await inodeOf(this.#path)
  }
}

async function inodeOf(path: string): Promise<string | null> {
  return stat(path, {bigint: true}).then(
    ({dev, ino}) => `${dev}:${ino}`,
    () => null,
  )
}
