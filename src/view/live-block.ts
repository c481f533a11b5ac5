import {createLogUpdate} from 'log-update'

/** Text that is drawn again in its place. */
export class LiveBlock {
  readonly #render: ReturnType<typeof createLogUpdate>
  #lines = 0

  constructor(stream: NodeJS.WriteStream) {
    this.#render = createLogUpdate(stream)
  }

  draw(text: string): void {
    const lines = text.split('\n').length
    // Of a block that grew or shrank, the lines below the change would stay where they were (measured on log-update 7.2.0).
    if (lines !== this.#lines) this.#render.clear()
    this.#lines = lines
    this.#render(text)
  }

  /** Leaves the text as it stands. */
  done(): void {
    this.#render.done()
  }
}
