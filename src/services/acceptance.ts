import type {Clock, ProcessRunner} from '@orch/plugin-kit'
import type {CommandEvidence} from '../domain/merge.js'

/** Characters of output kept as evidence: the end says why. */
const KEPT_CHARS = 4_000

interface AcceptanceOptions {
  readonly processes: ProcessRunner
  readonly clock: Clock
  /** Splits a command into argv. @throws ORCH_USAGE for shell operators */
  readonly split: (command: string) => [string, ...string[]]
}

/** Runs a person's approved commands in a folder and keeps what they show. */
export class Acceptance {
  readonly #options: AcceptanceOptions

  constructor(options: AcceptanceOptions) {
    this.#options = options
  }

  /** One after another; all run, so that one rejection tells everything. */
  async run(
    commands: readonly string[],
    context: {cwd: string; env: Readonly<Record<string, string>>; timeoutMs: number; afterRole: string | null; signal: AbortSignal},
  ): Promise<CommandEvidence[]> {
    const {processes, clock, split} = this.#options
    const evidence: CommandEvidence[] = []
    for (const command of commands) {
      const [program, ...args] = split(command)
      const startedAt = clock.monotonic()
      const {cwd, env, timeoutMs, signal} = context
      const result = await processes.run(program, args, {cwd, env, timeoutMs, signal})
      signal.throwIfAborted()
      evidence.push({
        command,
        exitCode: result.exitCode,
        tookMs: Math.round(clock.monotonic() - startedAt),
        output: output(
          result.stdout + result.stderr,
          result.notStarted ? `${program} could not be started` : result.timedOut ? `ended after ${timeoutMs} ms` : '',
        ),
        afterRole: context.afterRole,
      })
    }
    return evidence
  }
}

function output(text: string, note: string): string {
  return [text.trim().slice(-KEPT_CHARS), note].filter(Boolean).join('\n')
}
