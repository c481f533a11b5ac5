import type {ProcessIdentity} from '@orch/plugin-kit'

/** A process as one look at the machine shows it. */
export interface ProcessUse extends ProcessIdentity {
  readonly parent: number
  /** Milliseconds of processor time since its start. */
  readonly cpuMs: number
  readonly rssBytes: number
}

/** Whose processes are sought: a process with its descendants, those that have one of some values in their environment, and a process group. */
export interface Lineage {
  readonly root: ProcessIdentity | null
  /** Id of a process group: the pid of its leader, which may have ended. */
  readonly group?: number | null
  readonly marks: readonly string[]
}

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
  /** As `family` for many at once, from one look. @param name the variable that holds the marks @returns the families in the order they were asked for */
  families(name: string, wanted: readonly Lineage[]): Promise<ProcessIdentity[][]>
  /** Every process of this machine in one look. */
  census(): Promise<readonly ProcessUse[]>
  /** The environment a process of this user was started with; null when it cannot be read. */
  environment(pid: number): Promise<Readonly<Record<string, string>> | null>
  /** Processes of this user whose working folder is a folder or lies in it. */
  workingIn(folder: string): Promise<readonly ProcessIdentity[]>
  /** Sends a signal, unless the pid has become another process's. @returns whether it was sent */
  signal(process: ProcessIdentity, signal: NodeJS.Signals): Promise<boolean>
  /** Whether anything listens on a TCP port of this machine. */
  isListening(port: number): Promise<boolean>
}
