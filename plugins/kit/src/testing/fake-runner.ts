import type {ProcessRunner, RunOptions, RunResult, RunningProcess} from '../ports/process-runner.js'

/** How a FakeRunner answers a call. */
export type FakeAnswer = Partial<RunResult> | ((args: readonly string[], options: RunOptions) => Partial<RunResult>)

const ENDED_WELL: RunResult = {exitCode: 0, signal: null, stdout: '', stderr: '', timedOut: false, notStarted: false}

/** Answers the calls it was told of and throws for every other: no silent defaults. */
export class FakeRunner implements ProcessRunner {
  readonly calls: {file: string; args: readonly string[]; options: RunOptions}[] = []
  readonly #answers: {prefix: readonly string[]; answer: FakeAnswer}[] = []

  /** @param prefix the program and its first arguments; the longest match answers */
  on(prefix: readonly string[], answer: FakeAnswer = {}): this {
    this.#answers.push({prefix, answer})
    return this
  }

  run(file: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    this.calls.push({file, args, options})
    const words = [file, ...args]
    const match = this.#answers
      .filter(({prefix}) => prefix.every((word, index) => words[index] === word))
      .sort((a, b) => b.prefix.length - a.prefix.length)[0]
    if (!match) {
      const known = this.#answers.map(({prefix}) => prefix.join(' ')).join('; ')
      return Promise.reject(new Error(`FakeRunner was not told of: ${words.join(' ')}\nIt knows: ${known || 'nothing'}`))
    }
    const answer = typeof match.answer === 'function' ? match.answer(args, options) : match.answer
    return Promise.resolve({...ENDED_WELL, ...answer})
  }

  start(file: string, args: readonly string[]): RunningProcess {
    throw new Error(`FakeRunner starts nothing: ${[file, ...args].join(' ')}`)
  }
}
