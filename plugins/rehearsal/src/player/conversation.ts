import type {HookSender} from './hook-sender.js'
import type {Transcript} from './transcript.js'

/** What ends a turn: said, limited until a time, or broken off by a person. */
export type TurnEnd =
  {readonly how: 'stopped'; readonly text: string} | {readonly how: 'limited'; readonly text: string} | {readonly how: 'interrupted'}

/** Prompts in, turns out. A prompt that comes while a turn goes on is queued at once and taken at the next step's end. */
export class Conversation {
  readonly #transcript: Transcript
  readonly #hooks: HookSender
  readonly #changed: () => void
  #queue: string[] = []
  #next: ((prompt: string | null) => void) | null = null
  #busy = false
  #ready: (string | null)[] = []

  /** @param changed is called when `busy` or `queued` are no longer what they were */
  constructor(transcript: Transcript, hooks: HookSender, changed: () => void) {
    this.#transcript = transcript
    this.#hooks = hooks
    this.#changed = changed
  }

  get busy(): boolean {
    return this.#busy
  }

  get queued(): number {
    return this.#queue.length
  }

  /** A person, or orch, pressed Enter. Claude Code 2.1.330 reports it at once, also when it is only queued. */
  submit(text: string): void {
    this.#hooks.send('UserPromptSubmit', {prompt: text})
    if (this.#busy) {
      this.#transcript.enqueue(text)
      this.#queue.push(text)
      this.#changed()
    } else {
      this.#transcript.user(text)
      this.#begin(text)
    }
  }

  /** Begins a turn without a prompt, unless one goes on. */
  wake(): void {
    if (!this.#busy) this.#begin(null)
  }

  /** Waits for the next turn. @returns its prompt; null when it was woken */
  nextTurn(): Promise<string | null> {
    const ready = this.#ready.shift()
    if (ready !== undefined) return Promise.resolve(ready)
    return new Promise((resolve) => {
      this.#next = resolve
    })
  }

  /** Takes what was queued into the turn that goes on. */
  takeQueued(): string[] {
    const taken = this.#queue
    if (taken.length === 0) return taken
    this.#queue = []
    for (const text of taken) {
      this.#transcript.dequeue()
      this.#transcript.attach(text)
    }
    this.#changed()
    return taken
  }

  say(text: string): void {
    this.#transcript.assistant(text)
  }

  /** Ends the turn; a prompt still queued begins the next. An interruption is not reported, as in Claude Code. */
  endTurn(end: TurnEnd): void {
    if (end.how === 'stopped') {
      this.#hooks.send('Stop', {stop_hook_active: false, last_assistant_message: end.text, background_tasks: [], session_crons: []})
    } else if (end.how === 'limited') {
      this.#hooks.send('StopFailure', {error: 'rate_limit', last_assistant_message: end.text})
    }
    this.#busy = false
    const waiting = this.#queue.shift()
    if (waiting !== undefined) {
      this.#transcript.dequeue()
      this.#transcript.user(waiting)
      this.#begin(waiting)
    }
    this.#changed()
  }

  #begin(prompt: string | null): void {
    this.#busy = true
    this.#changed()
    const next = this.#next
    this.#next = null
    if (next) next(prompt)
    else this.#ready.push(prompt)
  }
}
