/** What one command printed, or its error. */
export interface Block {
  readonly ok: boolean
  readonly lines: readonly string[]
}

/**
 * Reads control mode (tmux(1), CONTROL MODE): `%begin TIME NUMBER FLAGS`, output, `%end` or `%error` with the same three. Everything
 * else is a notification and is left out.
 */
export class ControlStream {
  #open: {readonly id: string; readonly lines: string[]} | undefined

  /** @param line one line without its end @returns the block that this line completes */
  push(line: string): Block | undefined {
    if (!this.#open) {
      if (line.startsWith('%begin ')) this.#open = {id: line.slice('%begin '.length), lines: []}
      return undefined
    }
    const {id, lines} = this.#open
    const ok = line === `%end ${id}`
    if (!ok && line !== `%error ${id}`) {
      lines.push(line)
      return undefined
    }
    this.#open = undefined
    return {ok, lines}
  }
}
