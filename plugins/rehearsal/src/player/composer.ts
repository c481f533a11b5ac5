import type {Key} from './key-decoder.js'
import {graphemes} from './display-width.js'

/** What a key in the composer leads to beyond a changed draft. */
export type ComposerAction = {readonly action: 'submit'; readonly text: string} | {readonly action: 'interrupt' | 'leave'} | null

/** The line a person, or orch, writes a prompt in. Keeps pasted line ends; only Enter submits. */
export class Composer {
  #draft = ''
  #swallowEnters: number

  /** @param swallowEnters so many first Enters do nothing */
  constructor(swallowEnters = 0) {
    this.#swallowEnters = swallowEnters
  }

  get draft(): string {
    return this.#draft
  }

  /** Takes a key. `up`, `down` and unknown keys do nothing. */
  press(key: Key): ComposerAction {
    switch (key.key) {
      case 'text':
      case 'paste':
        this.#draft += key.text
        return null
      case 'newline':
        this.#draft += '\n'
        return null
      case 'backspace':
        this.#draft = graphemes(this.#draft).slice(0, -1).join('')
        return null
      case 'clear-line':
        this.#draft = ''
        return null
      case 'enter':
        return this.#enter()
      case 'escape':
        return {action: 'interrupt'}
      case 'ctrl-c':
        this.#draft = ''
        return {action: 'leave'}
      case 'ctrl-d':
        return this.#draft === '' ? {action: 'leave'} : null
      default:
        return null
    }
  }

  #enter(): ComposerAction {
    if (this.#draft.trim() === '') return null
    if (this.#swallowEnters > 0) {
      this.#swallowEnters--
      return null
    }
    const text = this.#draft.trim()
    this.#draft = ''
    return {action: 'submit', text}
  }
}
