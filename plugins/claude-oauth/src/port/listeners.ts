import type {ProcessRunner} from '@orch/plugin-kit'
import {readKernelFile} from '@orch/plugin-kit/files'
import {parseLsof} from './lsof.js'
import {parseProcNetTcp} from './proc-net-tcp.js'

/** A socket that listens on the port. */
export interface Listener {
  /** As the kernel writes it, e.g. `127.0.0.1`, `::`. */
  readonly address: string
  /** Linux: the socket's inode, by which its process is found. */
  readonly inode: string | null
  readonly pid: number | null
}

/** Looks at a port without touching it: opening it, even for a moment, would be the conflict the contract is there to prevent. */
export interface PortObserver {
  /** @returns every listener on `port`, whatever address it is bound to. @throws Error when the system does not tell */
  listeners(port: number): Promise<Listener[]>
}

/** Reads /proc/net/tcp and tcp6 of this network namespace. */
export class ProcPortObserver implements PortObserver {
  async listeners(port: number): Promise<Listener[]> {
    const [ipv4, ipv6] = await Promise.all([
      readKernelFile('/proc/net/tcp'),
      // Absent when the kernel runs without IPv6.
      readKernelFile('/proc/net/tcp6').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return ''
        throw error
      }),
    ])
    return [...parseProcNetTcp(ipv4), ...parseProcNetTcp(ipv6)]
      .filter((socket) => socket.port === port)
      .map(({address, inode}) => ({address, inode, pid: null}))
  }
}

/** Asks lsof: for macOS, where it is part of the system. Not verified on macOS. */
export class LsofPortObserver implements PortObserver {
  readonly #processes: ProcessRunner

  constructor(processes: ProcessRunner) {
    this.#processes = processes
  }

  async listeners(port: number): Promise<Listener[]> {
    const result = await this.#processes.run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpcn'], {timeoutMs: 1_500})
    if (result.notStarted || result.timedOut) throw new Error(`lsof ${result.notStarted ? 'is not installed' : 'did not answer'}`)
    // lsof ends with 1 and without a word when nothing matches.
    if (result.exitCode !== 0 && result.stderr.trim()) throw new Error(`lsof: ${result.stderr.trim()}`)
    return parseLsof(result.stdout).map(({pid, name}) => ({address: name, inode: null, pid}))
  }
}
