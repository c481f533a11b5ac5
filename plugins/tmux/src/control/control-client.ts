import type {Clock, RunningProcess} from '@orch/plugin-kit'
import {commandLine} from '../quote.js'
import {ControlStream, type Block} from './control-stream.js'

/** What became of a command. `sent` says whether tmux may have got it. */
export type Answer =
  | {readonly kind: 'answered'; readonly ok: boolean; readonly lines: readonly string[]}
  | {readonly kind: 'late'; readonly sent: boolean}
  | {readonly kind: 'broken'; readonly sent: boolean}

/** Why nobody waits for a timeout any more. One for all: an abort without a reason makes an error with a stack each time. */
const SETTLED = new Error('the request is settled')

interface Request {
  readonly command: string
  readonly nonce: string
  readonly blocks: Block[]
  readonly settle: (answer: Answer) => void
  sent: boolean
  settled: boolean
}

/**
 * One control mode connection. Commands go one at a time, in order, each followed by a nonce that tmux prints back: a command may
 * answer with several blocks, and only the nonce says that it is through. What is given up before its turn is never sent.
 */
export class ControlClient {
  readonly #process: RunningProcess
  readonly #clock: Clock
  readonly #nonce: () => string
  readonly #stream = new ControlStream()
  #waiting: Request[] = []
  #current: Request | undefined
  #broken = false
  /** Settles when the connection is gone, however it ended. */
  readonly ended: Promise<void>

  /**
   * @param process `tmux -C attach-session …`
   * @param nonce makes a word that no pane can know, for each request
   */
  constructor(process: RunningProcess, clock: Clock, nonce: () => string) {
    this.#process = process
    this.#clock = clock
    this.#nonce = nonce
    process.onLine((line) => this.#read(line))
    this.ended = process.ended.then(() => this.#break())
  }

  /**
   * @param command one command line for tmux, empty to hear whether it answers
   * @param timeoutMs milliseconds until it is given up
   */
  ask(command: string, timeoutMs: number): Promise<Answer> {
    if (this.#broken) return Promise.resolve({kind: 'broken', sent: false})
    return new Promise((resolve) => {
      const timer = new AbortController()
      const request: Request = {
        command,
        nonce: this.#nonce(),
        blocks: [],
        sent: false,
        settled: false,
        settle: (answer) => {
          if (request.settled) return
          request.settled = true
          timer.abort(SETTLED)
          resolve(answer)
        },
      }
      this.#clock.sleep(timeoutMs, timer.signal).then(
        () => request.settle({kind: 'late', sent: request.sent}),
        () => {},
      )
      this.#waiting.push(request)
      this.#sendNext()
    })
  }

  /** Lets go of the server. */
  close(): void {
    this.#process.kill()
  }

  #sendNext(): void {
    // A request that was given up while in flight keeps its place: its answer is still to come.
    while (!this.#current && this.#waiting.length > 0) {
      const next = this.#waiting.shift()!
      if (next.settled) continue
      next.sent = true
      this.#current = next
      // An empty line would end the connection.
      const command = next.command === '' ? '' : `${next.command}\n`
      this.#process.write(`${command}${commandLine('display-message', '-p', next.nonce)}\n`)
    }
  }

  #read(line: string): void {
    const block = this.#stream.push(line)
    const request = this.#current
    if (!block || !request) return
    if (!block.ok || block.lines.length !== 1 || block.lines[0] !== request.nonce) {
      request.blocks.push(block)
      return
    }
    this.#current = undefined
    const failure = request.blocks.find(({ok}) => !ok)
    const lines = failure ? failure.lines : request.blocks.flatMap(({lines}) => lines)
    request.settle({kind: 'answered', ok: !failure, lines})
    this.#sendNext()
  }

  #break(): void {
    this.#broken = true
    const left = [...(this.#current ? [this.#current] : []), ...this.#waiting]
    this.#current = undefined
    this.#waiting = []
    for (const request of left) request.settle({kind: 'broken', sent: request.sent})
  }
}
