import {once} from 'node:events'
import {chmod, rm} from 'node:fs/promises'
import {createServer, type Server, type Socket} from 'node:net'
import {dirname} from 'node:path'
import {makeFolder} from '@orch/plugin-kit/files'
import {printOf} from '../adapters/file-print.js'
import {moveAside} from '../adapters/move-aside.js'
import {requirePrivateFolder} from '../adapters/private-folder.js'
import type {OwnFile} from '../domain/own-file.js'

/** The socket file of the supervisor. It can be made again; open connections stay. */
export class SocketListener implements OwnFile {
  readonly name = 'the socket'
  readonly #path: string
  #server: Server | undefined
  #print: string | null = null
  #restoring: Promise<void> | undefined
  /** Set from the first time it listens until it is closed. */
  #onConnection: ((socket: Socket) => void) | undefined

  /** @param path of the socket; its folder is made, 0700 */
  constructor(path: string) {
    this.#path = path
  }

  /** Only for the holder of the lock: a file in the socket's place belongs to no live supervisor. */
  async listen(onConnection: (socket: Socket) => void): Promise<void> {
    this.#onConnection = onConnection
    await this.restore()
  }

  /** No client reaches this listener through a removed or replaced file. */
  async isIntact(): Promise<boolean> {
    return !this.#onConnection || this.#restoring !== undefined || (this.#print !== null && (await printOf(this.#path)) === this.#print)
  }

  /** One at a time: two servers cannot have one path. */
  async restore(): Promise<void> {
    if (!this.#onConnection) return
    this.#restoring ??= this.#replace(this.#onConnection).finally(() => (this.#restoring = undefined))
    return this.#restoring
  }

  /** Takes no more connections and removes its file. Those that are open stay. */
  async close(): Promise<void> {
    this.#onConnection = undefined
    this.#server?.close()
    this.#server = undefined
  }

  async #replace(onConnection: (socket: Socket) => void): Promise<void> {
    this.#print = null
    await makeFolder(dirname(this.#path))
    requirePrivateFolder(dirname(this.#path))
    // Closing removes the file at its path, whichever that is by now, so the earlier server goes first.
    this.#server?.close()
    await moveAside(this.#path, (found) => !found.isDirectory())
    await rm(this.#path, {force: true})
    this.#server = createServer(onConnection)
    const mask = process.umask(0o177)
    try {
      this.#server.listen(this.#path)
      await once(this.#server, 'listening')
    } finally {
      process.umask(mask)
    }
    if (!this.#onConnection) return void this.#server.close()
    await chmod(this.#path, 0o600)
    this.#print = await printOf(this.#path)
  }
}
