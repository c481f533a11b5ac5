/** Which agents this supervisor is starting now: to everybody else a start that has no process yet looks like one that broke off. */
export class StartsUnderWay {
  readonly #agents = new Set<string>()

  has(agentId: string): boolean {
    return this.#agents.has(agentId)
  }

  /** @throws what `work` throws */
  async during<T>(agentId: string, work: () => Promise<T>): Promise<T> {
    this.#agents.add(agentId)
    try {
      return await work()
    } finally {
      this.#agents.delete(agentId)
    }
  }
}
