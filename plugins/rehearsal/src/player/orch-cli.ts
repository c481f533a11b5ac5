import {run, type Finished} from './processes.js'

/** The `orch` command as an agent has it: found on PATH, told by the environment who calls. */
export class OrchCli {
  readonly #cwd: string

  constructor(cwd: string) {
    this.#cwd = cwd
  }

  send(to: string, text: string, signal: AbortSignal): Promise<Finished> {
    return this.#run(['send', to, ...words(text)], signal)
  }

  /** @param timeout as orch takes it, e.g. `15m` */
  ask(to: string, question: string, timeout: string | undefined, signal: AbortSignal): Promise<Finished> {
    return this.#run(['ask', ...(timeout === undefined ? [] : ['--timeout', timeout]), to, ...words(question)], signal)
  }

  done(message: string, evidence: string | undefined, signal: AbortSignal): Promise<Finished> {
    return this.#run(['done', `--message=${message}`, ...(evidence === undefined ? [] : [`--evidence=${evidence}`])], signal)
  }

  fail(reason: string, signal: AbortSignal): Promise<Finished> {
    return this.#run(['fail', ...words(reason)], signal)
  }

  async #run(args: readonly string[], signal: AbortSignal): Promise<Finished> {
    let finished: Finished
    try {
      finished = await run(['orch', ...args], {cwd: this.#cwd, signal})
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new Error('orch is not on PATH', {cause: error})
      throw error
    }
    if (finished.code !== 0) throw new Error(`orch ${args[0]}: ${finished.output || `ended with ${finished.code ?? finished.signal}`}`)
    return finished
  }
}

/** A text is one word; one that begins with a dash is kept from being read as a flag. */
function words(text: string): string[] {
  return text.startsWith('-') ? ['--', text] : [text]
}
