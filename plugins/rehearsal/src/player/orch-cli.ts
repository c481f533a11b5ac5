import {EXIT} from '@orch/plugin-kit'
import {run, type Finished} from './processes.js'
import type {Stage} from './stage.js'

/** Milliseconds until a command is tried again that reached no supervisor. */
const AGAIN_MS = 1_000

/** The `orch` command as an agent has it: found on PATH, told by the environment who calls. */
export class OrchCli {
  readonly #cwd: string
  readonly #stage: Pick<Stage, 'log' | 'sleep'>
  readonly #env: NodeJS.ProcessEnv

  constructor(cwd: string, stage: Pick<Stage, 'log' | 'sleep'>, env: NodeJS.ProcessEnv = process.env) {
    this.#cwd = cwd
    this.#stage = stage
    this.#env = env
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

  /** A person may have stopped the supervisor: then the command is tried again until one runs. */
  async #run(args: readonly string[], signal: AbortSignal): Promise<Finished> {
    for (;;) {
      const finished = await this.#once(args, signal)
      if (finished.code === 0) return finished
      if (finished.code !== EXIT.unavailable)
        throw new Error(`orch ${args[0]}: ${finished.output || `ended with ${finished.code ?? finished.signal}`}`)
      this.#stage.log(`  ⎿ ${finished.output}`)
      await this.#stage.sleep(AGAIN_MS, signal)
    }
  }

  async #once(args: readonly string[], signal: AbortSignal): Promise<Finished> {
    try {
      return await run(['orch', ...args], {cwd: this.#cwd, env: this.#env, signal})
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new Error('orch is not on PATH', {cause: error})
      throw error
    }
  }
}

/** A text is one word; one that begins with a dash is kept from being read as a flag. */
function words(text: string): string[] {
  return text.startsWith('-') ? ['--', text] : [text]
}
