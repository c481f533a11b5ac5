import {randomUUID} from 'node:crypto'
import {appendFileSync, closeSync, existsSync, openSync} from 'node:fs'

/** The conversation as a JSONL file in Claude Code's line shapes. Each line is written whole, before what follows from it. */
export class Transcript {
  readonly path: string
  readonly #session: string
  readonly #cwd: string

  constructor(path: string, session: string, cwd: string) {
    this.path = path
    this.#session = session
    this.#cwd = cwd
  }

  get exists(): boolean {
    return existsSync(this.path)
  }

  /** Makes the file, private to this user. */
  create(): void {
    closeSync(openSync(this.path, 'a', 0o600))
  }

  /** A prompt was taken. */
  user(text: string): void {
    this.#append({type: 'user', message: {role: 'user', content: text}})
  }

  /** A prompt came in the middle of a turn and waits. */
  enqueue(text: string): void {
    this.#append({type: 'queue-operation', operation: 'enqueue', content: text})
  }

  /** A waiting prompt was taken: in the middle of a turn it is attached, after it a user line follows. */
  dequeue(): void {
    this.#append({type: 'queue-operation', operation: 'dequeue'})
  }

  attach(text: string): void {
    this.#append({type: 'attachment', attachment: {type: 'queued_command', prompt: text, commandMode: 'prompt'}})
  }

  assistant(text: string): void {
    this.#append({type: 'assistant', message: {role: 'assistant', model: 'orch-rehearsal', content: [{type: 'text', text}]}})
  }

  #append(line: Readonly<Record<string, unknown>>): void {
    const common = {uuid: randomUUID(), sessionId: this.#session, timestamp: new Date().toISOString(), cwd: this.#cwd, isSidechain: false}
    appendFileSync(this.path, `${JSON.stringify({...line, ...common})}\n`, {mode: 0o600})
  }
}
