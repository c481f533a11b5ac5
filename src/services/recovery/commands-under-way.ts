import {COMMAND_MARK, type Clock, type Logger} from '@orch/plugin-kit'
import type {Host} from '../../domain/ports/host.js'

/** Milliseconds between looks, and the most that a start waits: git writes the files of a large worktree. */
const LOOK_MS = 50
const PATIENCE_MS = 30_000

interface CommandsUnderWayOptions {
  readonly host: Pick<Host, 'families' | 'environment'>
  readonly clock: Clock
  readonly logger: Logger
  /** The state directory. */
  readonly state: string
}

/**
 * Commands of a supervisor that was killed run on without it. Two gits that write one worktree at a time can take each other's files away, so the next
 * supervisor begins when they have ended.
 */
export class CommandsUnderWay {
  readonly #options: CommandsUnderWayOptions

  constructor(options: CommandsUnderWayOptions) {
    this.#options = options
  }

  /** Resolves when none runs, or when the wait has been long enough. Call it before this supervisor works on a project. */
  async settle(): Promise<void> {
    const {clock, logger} = this.#options
    const until = clock.monotonic() + PATIENCE_MS
    for (;;) {
      const running = await this.#running()
      if (running.length === 0) return
      if (clock.monotonic() >= until) return logger.warn('commands of an earlier supervisor still run', {pids: running})
      await clock.sleep(LOOK_MS)
    }
  }

  async #running(): Promise<number[]> {
    const {host, state} = this.#options
    const [family = []] = await host.families(COMMAND_MARK, [{root: null, marks: [state]}])
    const commands = await Promise.all(family.map(async ({pid}) => ({pid, isOurs: !isStartedByGit(await host.environment(pid))})))
    return commands.filter(({isOurs}) => isOurs).map(({pid}) => pid)
  }
}

/** What a hook leaves running has the mark too. git puts its own programs first in the PATH of what it starts (git(1), --exec-path). */
function isStartedByGit(env: Readonly<Record<string, string>> | null): boolean {
  return /^[^:]*\/git-core(?::|$)/.test(env?.['PATH'] ?? '')
}
