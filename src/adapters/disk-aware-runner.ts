import {tmpdir} from 'node:os'
import {OrchError, saysNoRoom, type ProcessRunner, type RunOptions, type RunResult, type RunningProcess} from '@orch/plugin-kit'
import type {Host} from '../domain/ports/host.js'

/** A disk with less free bytes than this counts as full: npm and git need megabytes for one step. */
const FULL_BYTES = 64 * 1024 * 1024

/**
 * Tells a program that failed from one that found no room to write, so that a test run on a full disk is not taken for a failing test.
 * Output alone proves nothing, for a test may print anything: a disk the program writes to must be full too.
 */
export class DiskAwareRunner implements ProcessRunner {
  readonly #runner: ProcessRunner
  readonly #host: Pick<Host, 'freeDisk'>

  constructor(runner: ProcessRunner, host: Pick<Host, 'freeDisk'>) {
    this.#runner = runner
    this.#host = host
  }

  /** @throws ORCH_STORE_WRITE when the program failed because a disk is full */
  async run(program: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const result = await this.#runner.run(program, args, options)
    if (result.exitCode === 0 || !saysNoRoom(result.stdout + result.stderr)) return result
    const folders = [options.cwd, options.env?.['HOME'], options.env?.['TMPDIR'] ?? tmpdir()]
    for (const folder of folders.filter((each) => each !== undefined)) {
      const free = await this.#host.freeDisk(folder).catch(() => Infinity)
      if (free < FULL_BYTES) throw new OrchError('ORCH_STORE_WRITE', {path: folder, why: `${program} found no space left on the device`})
    }
    return result
  }

  start(program: string, args: readonly string[], options?: RunOptions): RunningProcess {
    return this.#runner.start(program, args, options)
  }
}
