import {constants} from 'node:fs'
import {open} from 'node:fs/promises'
import {join} from 'node:path'
import {takeNames, type InstanceLock} from './lock-names.js'

/** Of fcntl.h on macOS: open() takes an exclusive flock(2) with it. Not verified on a Mac yet. */
const O_EXLOCK = 0x20

/**
 * Takes the place of the one supervisor of a state directory. The kernel holds the lock and drops it with the process, however that ends.
 * @param folder the state directory, which exists
 * @returns null when another process has it, or may have it
 */
export async function takeInstanceLock(folder: string): Promise<InstanceLock | null> {
  return process.platform === 'linux' ? takeNames(folder) : takeFileLock(join(folder, 'supervisor.lock'))
}

async function takeFileLock(path: string): Promise<InstanceLock | null> {
  try {
    const file = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | O_EXLOCK, 0o600)
    return {notes: [], files: [], release: () => file.close()}
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return null
    throw error
  }
}
