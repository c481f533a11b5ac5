import {StringDecoder} from 'node:string_decoder'

/** A key press, or text, as the composer understands it. */
export type Key =
  | {readonly key: 'text'; readonly text: string}
  | {readonly key: 'paste'; readonly text: string}
  | {readonly key: 'enter' | 'newline' | 'backspace' | 'clear-line' | 'ctrl-c' | 'ctrl-d' | 'escape' | 'up' | 'down'}

const ESC = '\x1b'
const PASTE_START = `${ESC}[200~`
const PASTE_END = `${ESC}[201~`

const SEQUENCE = /^\x1b(?:\[[0-?]*[ -/]*[@-~]|O[ -~])/

const UNFINISHED = /^\x1b(?:\[[0-?]*[ -/]*|O)?$/

const CONTROL: Readonly<Record<string, Key>> = {
  '\r': {key: 'enter'},
  '\n': {key: 'newline'},
  '\x7f': {key: 'backspace'},
  '\b': {key: 'backspace'},
  '\x15': {key: 'clear-line'},
  '\x03': {key: 'ctrl-c'},
  '\x04': {key: 'ctrl-d'},
}
const SEQUENCES: Readonly<Record<string, Key>> = {
  [`${ESC}[A`]: {key: 'up'},
  [`${ESC}OA`]: {key: 'up'},
  [`${ESC}[B`]: {key: 'down'},
  [`${ESC}OB`]: {key: 'down'},
}

/** Turns the bytes of a terminal into keys. Bytes may be split anywhere: in a character, a sequence, a paste. */
export class KeyDecoder {
  readonly #utf8 = new StringDecoder('utf8')
  #rest = ''
  #paste: string | null = null

  /** Whether it holds an ESC that may be a key of its own; `flush` says it is. */
  get pending(): boolean {
    return this.#paste === null && this.#rest !== ''
  }

  /** @returns the keys that are complete with these bytes */
  push(bytes: Uint8Array): Key[] {
    this.#rest += this.#utf8.write(Buffer.from(bytes))
    const keys: Key[] = []
    while (this.#rest !== '' && (this.#paste === null ? this.#readKey(keys) : this.#readPaste(keys)));
    return keys
  }

  /** No more bytes came: an ESC alone was the Escape key. */
  flush(): Key[] {
    if (!this.pending) return []
    const escape = this.#rest === ESC
    this.#rest = ''
    return escape ? [{key: 'escape'}] : []
  }

  /** @returns whether to go on */
  #readKey(keys: Key[]): boolean {
    if (this.#rest.startsWith(ESC)) return this.#readEscape(keys)

    const text = /^[^\x00-\x1f\x7f]+/.exec(this.#rest)?.[0]
    if (text !== undefined) {
      keys.push({key: 'text', text: text.replace(/[\x80-\x9f]/g, '')})
      this.#rest = this.#rest.slice(text.length)
      return true
    }
    const control = CONTROL[this.#rest[0]!]
    if (control) keys.push(control)
    this.#rest = this.#rest.slice(1)
    return true
  }

  #readEscape(keys: Key[]): boolean {
    if (UNFINISHED.test(this.#rest)) return false
    const sequence = SEQUENCE.exec(this.#rest)?.[0]
    if (sequence === undefined) {
      // Alt with a key: Alt-Enter makes a new line, any other is Escape and the key.
      const altEnter = this.#rest[1] === '\r'
      keys.push(altEnter ? {key: 'newline'} : {key: 'escape'})
      this.#rest = this.#rest.slice(altEnter ? 2 : 1)
      return true
    }
    this.#rest = this.#rest.slice(sequence.length)
    if (sequence === PASTE_START) this.#paste = ''
    const key = SEQUENCES[sequence]
    if (key) keys.push(key)
    return true
  }

  #readPaste(keys: Key[]): boolean {
    const end = this.#rest.indexOf(PASTE_END)
    if (end >= 0) {
      keys.push({key: 'paste', text: tidy(this.#paste! + this.#rest.slice(0, end))})
      this.#rest = this.#rest.slice(end + PASTE_END.length)
      this.#paste = null
      return true
    }
    const held = heldBack(this.#rest)
    this.#paste += this.#rest.slice(0, this.#rest.length - held)
    this.#rest = this.#rest.slice(this.#rest.length - held)
    return false
  }
}

/** How many last characters may be the beginning of the end of a paste. */
function heldBack(text: string): number {
  for (let length = PASTE_END.length - 1; length > 0; length--) if (text.endsWith(PASTE_END.slice(0, length))) return length
  return 0
}

/** Terminals send line ends of a paste as CR; other control characters but tab have no business in a text. */
function tidy(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '')
}
