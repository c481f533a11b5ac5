import type {ProcessIdentity} from '@orch/plugin-kit'

interface Row extends ProcessIdentity {
  readonly parent: number
}

/** The processes of one look at the machine by who started whom. Made once, it is asked for any number of families. */
export class ProcessTree<T extends Row> {
  readonly #byPid: ReadonlyMap<number, T>
  readonly #children = new Map<number, T[]>()

  constructor(rows: readonly T[]) {
    this.#byPid = new Map(rows.map((row) => [row.pid, row]))
    for (const row of rows) {
      const siblings = this.#children.get(row.parent)
      if (siblings) siblings.push(row)
      else this.#children.set(row.parent, [row])
    }
  }

  /** A process with its descendants, itself first, parents before their children; empty when it is no more: another may have its pid. */
  family({pid, startedAt}: ProcessIdentity): T[] {
    const root = this.#byPid.get(pid)
    if (root?.startedAt !== startedAt) return []
    const found = new Set([root])
    for (const {pid: parent} of found) for (const child of this.#children.get(parent) ?? []) found.add(child)
    return [...found]
  }
}
