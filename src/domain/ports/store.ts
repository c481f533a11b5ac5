import type {Project} from '../model/project.js'

/** A record that is there and cannot be read. */
export interface DamagedRecord {
  readonly id: string
  readonly why: string
  /** What a person does about it; missing: a whole generation has to be put in its place. */
  readonly remedy?: string
  /** Milliseconds UTC. */
  readonly since: number
  /** The file. */
  readonly path: string
}

/** A record whose newest generation could not be read: what the project holds is the generation before. */
export interface Fallback {
  readonly id: string
  readonly why: string
  /** Of the generation that is used. */
  readonly revision: number
  /** When that generation was written, milliseconds UTC. */
  readonly updatedAt: number
}

/**
 * Where projects are kept. Reads answer from memory; a change is durable when its promise resolves.
 * The only writer is the supervisor.
 */
export interface Store {
  /** Unfinished projects, oldest first. */
  projects(): readonly Project[]
  project(id: string): Project | undefined
  /** Unfinished projects whose record could not be read at the start; their files are kept, and nothing of theirs is touched. */
  damaged(): readonly DamagedRecord[]
  /** Unfinished projects that were opened from the generation before. */
  fallbacks(): readonly Fallback[]
  /** Moves the files of a record that cannot be read out of the way, and forgets it. @returns the folder they are in now */
  setAside(id: string): Promise<string>
  /** Reads a project that has left the hot documents too. */
  load(id: string): Promise<Project | undefined>
  /** The projects that finished last, newest first. @param limit how many at most */
  finished(limit: number): Promise<readonly Project[]>
  /** How many projects have left the hot documents. */
  countFinished(): Promise<number>
  create(project: Project): Promise<void>
  /**
   * Changes a project by a pure function. When it throws, or the disk fails, nothing has changed. Its revision becomes one more than that of the project
   * before, or than the one `change` sets when that is greater.
   * @throws ORCH_NOT_FOUND, ORCH_STORE_WRITE
   */
  update(id: string, change: (project: Project) => Project): Promise<Project>
  /** Moves a finished project out of the hot documents. */
  retire(id: string): Promise<void>
  /**
   * Moves a finished project back among the hot documents; one that is there stays. Of two records of a project the hot one counts.
   * @throws ORCH_NOT_FOUND, ORCH_STORE_WRITE
   */
  reopen(id: string): Promise<void>
}
