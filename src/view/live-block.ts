import {createLogUpdate} from 'log-update'
import {columnsOf, firstLines, fitted} from './fit.js'

/** Text that is drawn again in its place; of what is taller than the screen, the first lines. */
export class LiveBlock {
  readonly #stream: NodeJS.WriteStream
  readonly #render: ReturnType<typeof createLogUpdate>
  #lines = 0

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
    this.#render = createLogUpdate(stream)
  }

  draw(text: string): void {
    // The last row is left to the cursor: a block that fills the screen scrolls it.
    const lines = firstLines(fitted([text], columnsOf(this.#stream)), this.#stream.rows - 1)
    // Of a block that grew or shrank, the lines below the change would stay where they were (measured on log-update 7.2.0).
    if (lines.length !== this.#lines) this.#render.clear()
    this.#lines = lines.length
    this.#render(lines.join('\n'))
  }

  /** Keeps the text on the screen. */
  done(): void {
    this.#render.done()
  }
}
