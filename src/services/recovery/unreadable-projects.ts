import {basename, dirname, join} from 'node:path'
import {OrchError, type Logger, type OauthLedger, type ProcessIdentity} from '@orch/plugin-kit'
import type {Files} from '../../domain/ports/files.js'
import type {Host} from '../../domain/ports/host.js'
import type {DamagedRecord, Store} from '../../domain/ports/store.js'

/** What is known of a project whose record cannot be read: what lies on disk, and what runs with its id in its environment. */
export interface UnreadableProject extends DamagedRecord {
  /** As its plan says; null when the plan cannot be read either. */
  readonly name: string | null
  /** Its folder in orch's state. */
  readonly folder: string
  /** Files that hold generations of the record, whole or damaged. */
  readonly copies: readonly string[]
  readonly worktrees: readonly string[]
  readonly agents: readonly {readonly role: string; readonly pid: number}[]
}

/** What became of one that was ended. */
export interface EndedUnreadable {
  readonly id: string
  readonly state: 'unreadable'
  /** How many processes of its agents were ended. */
  readonly ended: number
  /** Where the files of its record are now. */
  readonly keptIn: string
}

interface UnreadableProjectsOptions {
  readonly store: Store
  readonly host: Pick<Host, 'families' | 'environment'>
  readonly files: Pick<Files, 'names' | 'readText'>
  /** Holds a folder for each project. */
  readonly projects: string
}

interface EndingOptions {
  readonly leftovers: {end(family: readonly ProcessIdentity[]): Promise<boolean>}
  readonly ledger: Pick<OauthLedger, 'recordExit'>
  readonly logger: Logger
}

/** Finds projects whose record cannot be read, so that they can be shown and ended like others. */
export class UnreadableProjects {
  readonly #options: UnreadableProjectsOptions

  constructor(options: UnreadableProjectsOptions) {
    this.#options = options
  }

  /** By id, or the only one whose id begins so. */
  find(name: string): DamagedRecord | undefined {
    const {store} = this.#options
    return findUnreadable(store, name)
  }

  /** Every one of them, as far as it is known. */
  all(): Promise<UnreadableProject[]> {
    return Promise.all(this.#options.store.damaged().map((record) => this.describe(record)))
  }

  async describe(record: DamagedRecord): Promise<UnreadableProject> {
    const {files, projects} = this.#options
    const folder = join(projects, record.id)
    const names = await files.names(dirname(record.path))
    const copies = names.filter((name) => name.startsWith(`${record.id}.json`)).map((name) => join(dirname(record.path), name))
    const worktrees = (await files.names(join(folder, 'worktrees'))).map((name) => join(folder, 'worktrees', name))
    const agents = (await this.#processes(record.id)).map(({pid, role}) => ({pid, role}))
    return {...record, name: await this.#nameIn(folder), folder, copies, worktrees, agents}
  }

  /** Ends the processes of its agents and moves its record out of the way; everything else stays on disk. */
  async end({id}: DamagedRecord, {leftovers, ledger, logger}: EndingOptions): Promise<EndedUnreadable> {
    const {store} = this.#options
    const processes = await this.#processes(id)
    logger.warn('a project is ended whose record cannot be read', {project: id, pids: processes.map(({pid}) => pid)})
    if (processes.length > 0) await leftovers.end(processes)
    const ports = new Set(processes.map(({port}) => port).filter((port) => Number.isInteger(port)))
    for (const port of ports) await ledger.recordExit(port)
    return {id, state: 'unreadable', ended: processes.length, keptIn: await store.setAside(id)}
  }

  /** Runs of its agents and what they started; never this process, which an agent's hook may have started. */
  async #processes(id: string): Promise<(ProcessIdentity & {readonly role: string; readonly port: number})[]> {
    const {host} = this.#options
    const family = (await host.families('ORCH_PROJECT', [{root: null, marks: [id]}]))[0]!
    const known = await Promise.all(family.map(async (member) => ({member, env: await host.environment(member.pid)})))
    return known
      .filter(({member, env}) => member.pid !== process.pid && env?.['ORCH_RUN'] !== undefined)
      .map(({member, env}) => ({...member, role: env!['ORCH_ROLE'] ?? '?', port: Number(env!['CLAUDE_OAUTH_PORT'] ?? NaN)}))
  }

  async #nameIn(folder: string): Promise<string | null> {
    try {
      const {name} = JSON.parse((await this.#options.files.readText(join(folder, 'plan.json'))) ?? '{}') as {name?: unknown}
      return typeof name === 'string' ? name : null
    } catch {
      return null
    }
  }
}

/** A record that cannot be read, by its id or the beginning of it, as people type it. */
export function findUnreadable(store: Pick<Store, 'damaged'>, name: string): DamagedRecord | undefined {
  const exact = store.damaged().find(({id}) => id === name)
  const begun = store.damaged().filter(({id}) => name !== '' && (id.startsWith(name) || id.slice(2).startsWith(name)))
  return exact ?? (begun.length === 1 ? begun[0] : undefined)
}

/** Why a command cannot act on such a project, and what can be done with it. */
export function unreadable(record: DamagedRecord): OrchError<'ORCH_STATE'> {
  const {id, path, why} = record
  return new OrchError('ORCH_STATE', {path, why: `the record of ${id} cannot be read: ${why}`, remedy: remedyFor(record)})
}

/** What a person does about it. */
export function remedyFor({id, path, remedy}: DamagedRecord): string {
  if (remedy !== undefined) return `${remedy} Its files stay as they are. orch status ${id} shows what is known.`
  const file = basename(path)
  return `To continue it, copy a whole generation (${file}.previous, ${file}.damaged*, a backup) to ${path}, then: orch daemon restart. To give it up: orch stop ${id} ends its agents and keeps all files. orch status ${id} shows what is known.`
}
