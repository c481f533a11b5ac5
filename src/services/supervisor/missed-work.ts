import type {Store} from '../../domain/ports/store.js'
import type {Reconciler} from '../recovery/reconciler.js'

interface MissedWorkOptions {
  readonly store: Store
  readonly reconciler: Pick<Reconciler, 'reconcile'>
}

/** Remembers that something could not be handled, a full disk for instance, or that time passed unseen: records and facts may differ. */
export class MissedWork {
  readonly #options: MissedWorkOptions
  #isAny = false

  constructor(options: MissedWorkOptions) {
    this.#options = options
  }

  note(): void {
    this.#isAny = true
  }

  /** Brings records and facts together if anything was missed. @throws what failed, after every project had its turn */
  async tick(): Promise<void> {
    if (!this.#isAny) return
    this.#isAny = false
    const {store, reconciler} = this.#options
    const failures: unknown[] = []
    for (const {id} of store.projects()) await reconciler.reconcile(id).catch((error: unknown) => failures.push(error))
    if (failures.length > 0) throw failures.length === 1 ? failures[0] : new AggregateError(failures, 'several projects')
  }
}
