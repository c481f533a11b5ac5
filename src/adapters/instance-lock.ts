import {constants} from 'node:fs'
import {open, stat} from 'node:fs/promises'
import {createServer, type Server} from 'node:net'
import {join} from 'node:path'

/** Of fcntl.h on macOS: open() takes an exclusive flock(2) with it. Not verified on a Mac yet. */
const O_EXLOCK = 0x20

export interface InstanceLock {
  release(): Promise<void>
}

/**
 * Takes the place of the one supervisor of a state directory. The kernel holds the lock and drops it with the process, however that ends.
 * @param folder the state directory, which exists
 * @returns null when another process has it
 */
export async function takeInstanceLock(folder: string): Promise<InstanceLock | null> {
  return process.platform === 'linux' ? takeAbstractSocket(await abstractName(folder)) : takeFileLock(join(folder, 'supervisor.lock'))
}

/** The name of the lock on Linux: device and inode name the folder itself, whatever path leads to it; uid keeps users apart. */
export async function abstractName(folder: string): Promise<string> {
  const {dev, ino} = await stat(folder, {bigint: true})
  return `\0orch-${process.getuid?.() ?? 0}-${dev}:${ino}`
}

/** An abstract unix socket has no file that could be left behind (unix(7)). */
async function takeAbstractSocket(name: string): Promise<InstanceLock | null> {
  const server: Server = createServer((socket) => socket.destroy())
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(null) : reject(error)))
    server.listen({path: name}, () => {
      server.unref()
      resolve({release: () => new Promise((done) => server.close(() => done()))})
    })
  })
}

async function takeFileLock(path: string): Promise<InstanceLock | null> {
  try {
    const file = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | O_EXLOCK, 0o600)
    return {release: () => file.close()}
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return null
    throw error
  }
}
