import type {ProcessIdentity} from '@orch/plugin-kit'
import type {Host} from '../../domain/ports/host.js'
import type {Store} from '../../domain/ports/store.js'
import type {RunProcesses} from '../agents/run-processes.js'
import {livingRuns, recordOf} from './living-runs.js'
import {settled, type Cleaner, type Orphan, type Settled} from './orphan.js'

/** Processes that a run of ours started and that outlived it: their environment names this state directory and a run that is over. */
export class OrphanProcesses implements Cleaner {
  readonly #store: Store
  readonly #host: Host
  readonly #leftovers: Pick<RunProcesses, 'end'>
  readonly #state: string

  /** @param options.state the state directory, as agents have it in ORCH_STATE */
  constructor(options: {store: Store; host: Host; leftovers: Pick<RunProcesses, 'end'>; state: string}) {
    this.#store = options.store
    this.#host = options.host
    this.#leftovers = options.leftovers
    this.#state = options.state
  }

  async find(): Promise<Orphan[]> {
    const rows = await this.#host.census()
    const found = await Promise.all(rows.map((row) => this.#asLeftover(row)))
    return found.filter((leftover) => leftover !== null)
  }

  async clear(leftover: Orphan): Promise<Settled> {
    const process = await this.#host.identify(Number(leftover.id.split(' ')[0]))
    if (!process || (await this.#asLeftover(process))?.id !== leftover.id) return settled(leftover, false, 'it is gone')
    return (await this.#leftovers.end([process])) ? settled(leftover, true, 'ended') : settled(leftover, false, 'it does not end')
  }

  async #asLeftover({pid, startedAt}: ProcessIdentity): Promise<Orphan | null> {
    const env = await this.#host.environment(pid)
    const run = env?.['ORCH_RUN']
    if (!env || run === undefined || env['ORCH_STATE'] !== this.#state || livingRuns(this.#store).has(run)) return null
    if ((await recordOf(this.#store, env['ORCH_PROJECT'] ?? '')) === 'damaged') return null
    const whose = `${env['ORCH_ROLE'] ?? 'an agent'} of ${env['ORCH_PROJECT']}`
    return {
      kind: 'process',
      id: `${pid} ${startedAt}`,
      project: env['ORCH_PROJECT'] ?? null,
      what: `process ${pid}, started by ${whose}`,
      proof: `its environment names this state directory and the run ${run}, which is over`,
      fix: 'end it: TERM, then KILL',
    }
  }
}
