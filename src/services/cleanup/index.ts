import type {Clock, OauthLedger, Terminal, Workspace} from '@orch/plugin-kit'
import type {HookBus} from '@orch/plugin-kit/host'
import type {Files} from '../../domain/ports/files.js'
import type {Host} from '../../domain/ports/host.js'
import type {Store} from '../../domain/ports/store.js'
import type {ContractJournal} from '../oauth/contract-journal.js'
import type {RunProcesses} from '../agents/run-processes.js'
import type {Recorder} from '../record/recorder.js'
import type {RepositoryWatch} from '../repository-watch/repository-watch.js'
import {ChangedRepositories} from './changed-repositories.js'
import {ForeignPanes} from './foreign-panes.js'
import {Cleanup} from './cleanup.js'
import {OrphanProcesses} from './orphan-processes.js'
import {OrphanWindows} from './orphan-windows.js'
import {OrphanWorktrees} from './orphan-worktrees.js'
import type {StaleLocks} from './stale-locks.js'

interface HousekeepingOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly bus: HookBus
  readonly host: Host
  readonly clock: Clock
  readonly leftovers: RunProcesses
  readonly terminal: Terminal
  readonly workspace: Workspace
  readonly files: Files
  readonly locks: StaleLocks
  readonly repositories: RepositoryWatch
  readonly ledger: OauthLedger
  readonly contract: ContractJournal
  /** The OAuth ports that new projects get. */
  readonly oauthPorts: readonly number[]
  /** The state directory, and the folder of all projects in it. */
  readonly state: string
  readonly projects: string
}

/** All cleaners, in dependency order: a window is dead only when its process has ended, a worktree free only when its lock is gone. */
export function createCleanup(options: HousekeepingOptions): Cleanup {
  const cleaners = {
    process: new OrphanProcesses(options),
    window: new OrphanWindows(options),
    pane: new ForeignPanes(options),
    lock: options.locks,
    worktree: new OrphanWorktrees(options),
    repository: new ChangedRepositories(options),
  }
  return new Cleanup({...options, cleaners})
}
