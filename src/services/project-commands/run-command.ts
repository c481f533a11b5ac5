import type {Clock, ProcessRunner, RunResult} from '@orch/plugin-kit'
import {plural} from '../../domain/plural.js'
import type {Host} from '../../domain/ports/host.js'
import {testsRun} from '../../domain/test-summary.js'
import type {RunProcesses} from '../agents/run-processes.js'
import type {CommandEvidence} from '../../domain/model/merge.js'

/** In the environment of every process of a command: the worktree it runs in. */
const MARK = 'ORCH_VERIFY'
/** How often processes are looked for: one that cannot be ended holds nothing up for ever. */
const MAX_LOOKS = 8
/** Characters of output kept as evidence: the end says why. */
const KEPT_CHARS = 4_000

interface CommandRunnerOptions {
  readonly processes: ProcessRunner
  readonly host: Pick<Host, 'families'>
  readonly leftovers: Pick<RunProcesses, 'end'>
  readonly clock: Clock
  /** Splits a command into argv. @throws ORCH_USAGE for shell operators */
  readonly split: (command: string) => [string, ...string[]]
}

export interface CommandContext {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** Runs a command that a person approved, and keeps what it shows. */
export class CommandRunner {
  readonly #options: CommandRunnerOptions

  constructor(options: CommandRunnerOptions) {
    this.#options = options
  }

  /** Runs a command; what it leaves running is left alone until `end`. @throws the reason of the signal once that is aborted */
  async run(command: string, {cwd, env, timeoutMs, signal}: CommandContext): Promise<CommandEvidence> {
    const [program, ...args] = this.#options.split(command)
    const startedAt = this.#options.clock.monotonic()
    const result = await this.#options.processes.run(program, args, {cwd, env: {...env, [MARK]: cwd}, timeoutMs, signal})
    signal.throwIfAborted()
    return this.#evidence(command, result, startedAt, {program, timeoutMs, leftRunning: 0})
  }

  /**
   * Runs a command and ends whatever of it still runs afterwards, so that nothing writes into the worktree behind the verdict. Its processes are
   * known by their group, and those that left it by the mark in their environment. Not found are processes that cast off both.
   * @throws the reason of the signal once that is aborted; its processes have ended then too
   */
  async runAndEnd(command: string, {cwd, env, timeoutMs, signal}: CommandContext): Promise<CommandEvidence> {
    const [program, ...args] = this.#options.split(command)
    // A supervisor that was killed may have left some of a command before this one.
    await this.end(cwd)
    signal.throwIfAborted()
    let group: number | null = null
    const startedAt = this.#options.clock.monotonic()
    const options = {cwd, env: {...env, [MARK]: cwd}, timeoutMs, signal, ownGroup: true, onStart: (pid: number) => (group = pid)}
    let leftRunning = 0
    const result = await this.#options.processes.run(program, args, options).finally(async () => {
      leftRunning = await this.end(cwd, group)
    })
    signal.throwIfAborted()
    return this.#evidence(command, result, startedAt, {program, timeoutMs, leftRunning})
  }

  /** Ends every process of commands that were run in a worktree. @returns how many there were */
  async end(cwd: string, group: number | null = null): Promise<number> {
    const {host, leftovers} = this.#options
    let ended = 0
    // Twice nothing: a process that is just starting a program shows no environment for a moment, and one may start another while it is ended.
    for (let quiet = 0, looks = 0; quiet < 2 && looks < MAX_LOOKS; looks++) {
      const [family = []] = await host.families(MARK, [{root: null, group, marks: [cwd]}])
      quiet = family.length === 0 ? quiet + 1 : 0
      ended += family.length
      if (family.length > 0) await leftovers.end(family)
    }
    return ended
  }

  #evidence(
    command: string,
    result: RunResult,
    startedAt: number,
    {program, timeoutMs, leftRunning}: {program: string; timeoutMs: number; leftRunning: number},
  ): CommandEvidence {
    // Of the whole output: what is kept of it may lack the summary.
    const tests = testsRun(`${result.stdout}\n${result.stderr}`)
    const notes = [
      result.notStarted ? `${program} could not be started` : result.timedOut ? `ended after ${timeoutMs} ms` : '',
      leftRunning > 0 ? `orch ended ${plural(leftRunning, 'process', 'processes')} that it left running` : '',
    ]
    return {
      command,
      exitCode: result.exitCode,
      tookMs: Math.round(this.#options.clock.monotonic() - startedAt),
      output: [(result.stdout + result.stderr).trim().slice(-KEPT_CHARS), ...notes].filter(Boolean).join('\n'),
      afterRole: null,
      ...(tests === null ? {} : {tests}),
      ...(result.notStarted ? {notStarted: true as const} : {}),
      ...(leftRunning > 0 ? {leftRunning} : {}),
    }
  }
}
