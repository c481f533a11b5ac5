import type {ProcessIdentity} from '@orch/plugin-kit'

/** This machine and its processes. */
export interface Host {
  /** Bytes free for this user where `path` lies. */
  freeDisk(path: string): Promise<number>
  /** Bytes of memory that can still be used. */
  freeMemory(): number
  /** @returns null when no such process runs */
  identify(pid: number): Promise<ProcessIdentity | null>
  /** A process with its descendants, and the processes of this user whose environment has `name=value`; parents first. */
  family(root: ProcessIdentity | null, name: string, value: string): Promise<ProcessIdentity[]>
  /** Sends a signal, unless the pid has become another process's. @returns whether it was sent */
  signal(process: ProcessIdentity, signal: NodeJS.Signals): Promise<boolean>
  /** Whether anything listens on a TCP port of this machine. */
  isListening(port: number): Promise<boolean>
}
