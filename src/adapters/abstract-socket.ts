import {createServer, type Server} from 'node:net'

/** A name in the kernel's table of abstract unix sockets (unix(7)); it has no file, and is free again when its process ends. */
export interface HeldName {
  release(): Promise<void>
}

/**
 * Takes an abstract name. Any user of the machine may take any name, and sees the names in use in /proc/net/unix.
 * @param name without the leading NUL
 * @returns null when it is in use
 */
export async function holdName(name: string): Promise<HeldName | null> {
  const server: Server = createServer((socket) => socket.destroy())
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(null) : reject(error)))
    server.listen({path: `\0${name}`}, () => {
      server.unref()
      resolve({release: () => new Promise((done) => server.close(() => done()))})
    })
  })
}
