import {run, type Finished} from './processes.js'

/** git in the agent's worktree. */
export class Git {
  readonly #cwd: string
  readonly #role: string

  constructor(cwd: string, role: string) {
    this.#cwd = cwd
    this.#role = role
  }

  /** Paths with uncommitted changes, untracked ones included. @throws when git fails */
  async dirty(): Promise<string[]> {
    const {output} = await this.#git(['status', '--porcelain', '--untracked-files=all'])
    return output.split('\n').filter((line) => line !== '')
  }

  /**
   * Stages and commits.
   * @param paths what to stage; null stages everything
   * @returns git's own words
   * @throws when git fails, also when there is nothing to commit
   */
  async commit(message: string, paths: readonly string[] | null, signal?: AbortSignal): Promise<string> {
    await this.#git(paths === null ? ['add', '--all'] : ['add', '--', ...paths], signal)
    const {output} = await this.#git(['commit', '-m', message], signal, await this.#identity())
    return output
  }

  /** A name and an address for those who have none; what is configured is never overruled. */
  async #identity(): Promise<Record<string, string>> {
    const missing: Record<string, string> = {}
    const fallback = {name: `orch rehearsal (${this.#role})`, email: 'rehearsal@localhost'}
    for (const part of ['name', 'email'] as const) {
      const known = await this.#run(['config', '--get', `user.${part}`])
      for (const who of ['AUTHOR', 'COMMITTER']) {
        const variable = `GIT_${who}_${part.toUpperCase()}`
        if (known.code !== 0 && !process.env[variable]) missing[variable] = fallback[part]
      }
    }
    return missing
  }

  async #git(args: readonly string[], signal?: AbortSignal, env?: Record<string, string>): Promise<Finished> {
    const finished = await this.#run(args, signal, env)
    if (finished.code !== 0) throw new Error(`git ${args[0]}: ${finished.output || `ended with ${finished.code ?? finished.signal}`}`)
    return finished
  }

  #run(args: readonly string[], signal?: AbortSignal, env: Record<string, string> = {}): Promise<Finished> {
    // Nothing may open an editor or ask for a password in an agent's terminal.
    const quiet = {GIT_EDITOR: 'true', GIT_TERMINAL_PROMPT: '0'}
    return run(['git', ...args], {cwd: this.#cwd, env: {...process.env, ...quiet, ...env}, ...(signal ? {signal} : {})})
  }
}
