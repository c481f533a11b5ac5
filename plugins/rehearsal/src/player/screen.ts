import {stripVTControlCharacters} from 'node:util'
import {displayWidth} from './display-width.js'

/** The part of a terminal's output stream the screen needs. */
export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
}

/** What stands at the end of the screen and is drawn anew: composer or dialog. Each line is narrower than the screen. */
export interface LiveBlock {
  readonly lines: readonly string[]
  /** Where the cursor stands, from the block's first line and column. */
  readonly cursor: {readonly row: number; readonly column: number}
}

const EMPTY: LiveBlock = {lines: [], cursor: {row: 0, column: 0}}
/** What a terminal of unknown size is taken for. */
const DEFAULT_COLUMNS = 80
const DEFAULT_ROWS = 24

/** A log that scrolls by, and a block below it that is drawn anew. No alternate screen: what was said stays in the scrollback. */
export class Screen {
  readonly #out: Output
  #live = EMPTY
  #drawn = false

  constructor(out: Output) {
    this.#out = out
  }

  get columns(): number {
    return this.#out.columns || DEFAULT_COLUMNS
  }

  get rows(): number {
    return this.#out.rows || DEFAULT_ROWS
  }

  /** Asks the terminal to bracket what is pasted. */
  open(): void {
    if (this.#out.isTTY) this.#out.write('\x1b[?2004h')
  }

  /** Adds lines to the log. Control characters in them are not obeyed. */
  log(text: string): void {
    this.#out.write(`${this.#erase()}${printable(text)}\n${this.#draw()}`)
  }

  /** Draws the block below the log; without a terminal there is none. */
  show(live: LiveBlock): void {
    const erase = this.#erase()
    this.#live = live
    this.#out.write(erase + this.#draw())
  }

  /** Empties the screen, the scrollback stays. */
  clear(): void {
    if (this.#out.isTTY) this.#out.write(`\x1b[H\x1b[2J${this.#draw()}`)
  }

  /** Leaves the terminal as it was found. */
  close(): void {
    this.show(EMPTY)
    if (this.#out.isTTY) this.#out.write('\x1b[?2004l')
  }

  #erase(): string {
    if (!this.#drawn) return ''
    this.#drawn = false
    const up = this.#rowsAboveCursor()
    return `\r${up > 0 ? `\x1b[${up}A` : ''}\x1b[J`
  }

  /** A terminal made narrower has broken the lines drawn before, so they take more rows now. */
  #rowsAboveCursor(): number {
    const {lines, cursor} = this.#live
    const above = lines.slice(0, cursor.row).reduce((sum, line) => sum + Math.max(1, Math.ceil(displayWidth(line) / this.columns)), 0)
    return above + Math.floor(cursor.column / this.columns)
  }

  #draw(): string {
    const {lines, cursor} = this.#live
    if (!this.#out.isTTY || lines.length === 0) return ''
    this.#drawn = true
    const up = lines.length - 1 - cursor.row
    return `${lines.join('\n')}\r${up > 0 ? `\x1b[${up}A` : ''}${cursor.column > 0 ? `\x1b[${cursor.column}C` : ''}`
  }
}

/** Text from scripts, commands and messages is data: sequences are taken out, other control characters shown as spaces. */
function printable(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\r\n?/g, '\n')
    .replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, ' ')
}
