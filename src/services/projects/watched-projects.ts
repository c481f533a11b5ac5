/** Which projects a person watches at this moment: a terminal streams them. */
export class WatchedProjects {
  readonly #watchers = new Map<string, number>()

  /** @returns how to leave */
  enter(project: string): () => void {
    this.#watchers.set(project, (this.#watchers.get(project) ?? 0) + 1)
    let here = true
    return () => {
      if (!here) return
      here = false
      this.#watchers.set(project, this.#watchers.get(project)! - 1)
    }
  }

  isAttended(project: string): boolean {
    return (this.#watchers.get(project) ?? 0) > 0
  }
}
