/** What the driver did, what it counted and what it found wrong. */
export class Journal {
  readonly violations: string[] = []
  readonly #counts = new Map<string, number>()
  readonly #highest = new Map<string, number>()
  readonly #lines: string[] = []
  readonly #startedAt = Date.now()

  /** Adds one to a row of the table. */
  count(row: string, by = 1): void {
    this.#counts.set(row, (this.#counts.get(row) ?? 0) + by)
  }

  /** Keeps the highest of the values of a row. */
  highest(row: string, value: number): void {
    this.#highest.set(row, Math.max(this.#highest.get(row) ?? 0, Math.round(value)))
  }

  counted(row: string): number {
    return this.#counts.get(row) ?? 0
  }

  note(line: string): void {
    this.#lines.push(`${((Date.now() - this.#startedAt) / 1000).toFixed(1).padStart(6)} s  ${line}`)
  }

  /** Something that must never happen. */
  violation(what: string): void {
    this.note(`VIOLATION ${what}`)
    this.violations.push(what)
  }

  /** Every row with its number, sorted by name. */
  table(): string {
    const rows = [...this.#counts, ...this.#highest].sort(([a], [b]) => (a < b ? -1 : 1))
    return rows.map(([row, number]) => `      ${row.padEnd(56)} ${String(number).padStart(7)}`).join('\n')
  }

  story(): string {
    return this.#lines.join('\n')
  }
}
