import {type Composer, type ComposerAction} from './composer.js'
import type {Key} from './key-decoder.js'
import type {Screen} from './screen.js'
import {composerView, dialogView, type DialogState} from './view.js'

/** What the composer shows of the agent. */
export interface Activity {
  readonly busy: boolean
  readonly queued: number
}

export interface TerminalUiParts {
  readonly screen: Screen
  readonly composer: Composer
  readonly activity: () => Activity
  /** Who it is, in the footer. */
  readonly label: string
  readonly onAction: (action: NonNullable<ComposerAction>) => void
}

interface OpenDialog {
  readonly state: DialogState
  readonly answer: (index: number) => void
}

/** Log above, composer or dialog below, and where keys go. */
export class TerminalUi {
  readonly #parts: TerminalUiParts
  #dialog: (OpenDialog & {highlighted: number}) | null = null
  #hint: string | null = null
  #composerShown = false

  constructor(parts: TerminalUiParts) {
    this.#parts = parts
  }

  showComposer(): void {
    this.#composerShown = true
    this.redraw()
  }

  /** Shown in the footer until it is taken back with null. */
  hint(text: string | null): void {
    this.#hint = text
    this.redraw()
  }

  log(text: string): void {
    this.#parts.screen.log(text)
  }

  redraw(): void {
    const {screen, composer, activity, label} = this.#parts
    const {busy, queued} = activity()
    const size = {columns: screen.columns, rows: screen.rows}
    if (this.#dialog) screen.show(dialogView({...this.#dialog.state, highlighted: this.#dialog.highlighted}, size))
    else if (this.#composerShown) screen.show(composerView({draft: composer.draft, hint: this.#hint, label, busy, queued}, size))
    else screen.show({lines: [], cursor: {row: 0, column: 0}})
  }

  /** Opens a dialog; keys go to it until it is answered. Escape takes the last option. */
  choose(state: DialogState, signal?: AbortSignal): Promise<number> {
    return new Promise((resolve, reject) => {
      const close = () => {
        this.#dialog = null
        signal?.removeEventListener('abort', abort)
        this.redraw()
      }
      const abort = () => {
        close()
        reject(signal!.reason as Error)
      }
      const answer = (index: number) => {
        close()
        resolve(index)
      }
      signal?.addEventListener('abort', abort, {once: true})
      this.#dialog = {state, highlighted: state.highlighted, answer}
      this.redraw()
    })
  }

  press(key: Key): void {
    if (this.#dialog && key.key !== 'ctrl-c') this.#pressInDialog(this.#dialog, key)
    else {
      const action = this.#composerShown || key.key === 'ctrl-c' ? this.#parts.composer.press(key) : null
      if (action) this.#parts.onAction(action)
      this.redraw()
    }
  }

  #pressInDialog(dialog: OpenDialog & {highlighted: number}, key: Key): void {
    const last = dialog.state.options.length - 1
    if (key.key === 'enter') dialog.answer(dialog.highlighted)
    else if (key.key === 'escape') dialog.answer(dialog.state.escape ?? last)
    else {
      if (key.key === 'up') dialog.highlighted = Math.max(0, dialog.highlighted - 1)
      if (key.key === 'down') dialog.highlighted = Math.min(last, dialog.highlighted + 1)
      this.redraw()
    }
  }
}
