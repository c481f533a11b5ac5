const NEWLINE = 0x0a

/** A line of a stream, and how many bytes it took with its end. */
export interface Line {
  readonly text: string
  readonly bytes: number
}

/**
 * The whole lines of a stream. Only a newline ends one: node:readline of newer Nodes also breaks at U+2028 and U+2029, which stand as they are in JSON.
 * What follows the last newline is none.
 * @throws RangeError at a line of more than `longestBytes`
 */
export async function* linesOf(stream: AsyncIterable<Buffer>, longestBytes = Infinity): AsyncGenerator<Line> {
  let parts: Buffer[] = []
  let length = 0
  const keep = (part: Buffer) => {
    length += part.length
    if (length > longestBytes) throw new RangeError(`a line is longer than ${longestBytes} bytes`)
    parts.push(part)
  }
  for await (const chunk of stream) {
    let from = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      keep(chunk.subarray(from, end))
      const line = {text: Buffer.concat(parts).toString('utf8'), bytes: length + 1}
      parts = []
      length = 0
      from = end + 1
      yield line
    }
    if (from < chunk.length) keep(chunk.subarray(from))
  }
}
