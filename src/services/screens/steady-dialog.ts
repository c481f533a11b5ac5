import type {Clock, ScreenReading} from '@orch/plugin-kit'

/**
 * Milliseconds a dialog must have stood as it is, since it was first seen and since the last key, before a key is pressed. Claude Code 2.1.330 draws its
 * trust dialog a second time about 150 ms after it came up and takes back what was highlighted meanwhile: an Enter pressed at 120 ms, on `Yes, I trust this
 * folder`, was ignored, and one at 148 ms fell on `No, exit` (measured on an idle machine; a busy one takes longer).
 */
export const STEADY_MS = 1_000

/** The keys to a dialog, held back until what they are meant for stands still. One for each dialog or row of dialogs of a pane. */
export class SteadyDialog {
  readonly #clock: Pick<Clock, 'monotonic'>
  #text: string | null = null
  #since = 0

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
  }

  /**
   * To be called at every look, so that a change is seen.
   * @returns what is to be pressed now; null when nothing is: the screen may still change, there is no dialog, or a person must decide
   */
  keysFor(reading: ScreenReading | null): readonly string[] | null {
    const now = this.#clock.monotonic()
    const text = reading?.what === 'dialog' ? reading.text : null
    if (text !== this.#text) {
      this.#text = text
      this.#since = now
    }
    if (reading?.what !== 'dialog' || reading.answer === null || now - this.#since < STEADY_MS) return null
    this.#since = now
    return reading.answer
  }
}
