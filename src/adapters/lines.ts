const NEWLINE = 0x0a

/** A line of a stream, and how many bytes it took with its end. */
export interface Line {
  readonly text: string
  readonly bytes: number
}

/**
 * The whole lines of a stream. Only a newline ends one: node:readline of newer Nodes also breaks at U+2028 and U+2029, which stand as they are in JSON.
 * What follows the last newline is none.
 */
export async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let parts: Buffer[] = []
  for await (const chunk of stream) {
    let from = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      const line = Buffer.concat([...parts, chunk.subarray(from, end)])
      parts = []
      from = end + 1
      yield {text: line.toString('utf8'), bytes: line.length + 1}
    }
    if (from < chunk.length) parts.push(chunk.subarray(from))
  }
}
