import {stat} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {type Clock, type Logger, OrchError, type ProcessRunner, type ProgramSetting, type RunResult} from '@orch/plugin-kit'
import {BACK_OFF_MS, isContention} from './contention.js'
import {ProgramGuard} from './program-guard.js'
import {atLeast, gitMissing, MINIMUM_GIT, parseVersion} from './version.js'

/** What git may take when it only reads or moves a ref, milliseconds: status of a huge tree on a cold disk takes tens of seconds. */
export const READ_TIMEOUT_MS = 120_000
/** What git may take when it writes files or runs filters and hooks. */
export const WORK_TIMEOUT_MS = 900_000
/** Lists of paths are parsed from the first byte on, so nothing of them may be cut off. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024

/**
 * Settings that hold for every command: paths as they are, no hooks of the repository (consent is needed for those, design § 10), no background
 * garbage collection or file system daemon started in a person's repository, no recursion into submodules,
 * no index in pieces (a copy of it would share one with the original), no check of signatures, messages in UTF-8. A commit is read from its
 * object, not from a commit-graph file that may say otherwise; no file is marked as unchanged when it is written.
 */
const QUIET = settings({
  'core.quotePath': 'false',
  'core.fsmonitor': 'false',
  'core.splitIndex': 'false',
  'core.commitGraph': 'false',
  'core.ignoreStat': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'submodule.recurse': 'false',
  'commit.gpgSign': 'false',
  'log.showSignature': 'false',
  'i18n.commitEncoding': 'UTF-8',
  'i18n.logOutputEncoding': 'UTF-8',
})
const NO_HOOKS = settings({'core.hooksPath': '/dev/null'})

export interface GitOptions {
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
  /** Milliseconds; READ_TIMEOUT_MS without it. */
  readonly timeoutMs?: number
  /** Lets the hooks of the repository run. */
  readonly hooks?: boolean
}

export interface GitParts {
  readonly processes: ProcessRunner
  readonly clock: Clock
  readonly logger: Logger
  /** Whole environment of git, as `gitEnvironment` makes it. */
  readonly env: Readonly<Record<string, string>>
}

/** Runs git: argv only, never asking, never through a shell, and of a repository's own programs only those a person agreed to. */
export class Git {
  readonly logger: Logger
  readonly #parts: GitParts
  readonly #programs: Pick<ProgramGuard, 'guard' | 'permit'>
  #version: string | null = null

  constructor(parts: GitParts, programs: Pick<ProgramGuard, 'guard' | 'permit'> = new ProgramGuard()) {
    this.logger = parts.logger
    this.#parts = parts
    this.#programs = programs
  }

  /** See `Workspace.permitPrograms`. */
  permit(commonDir: string, programs: readonly ProgramSetting[] | null): void {
    this.#programs.permit(commonDir, programs)
  }

  /** `2.39.5`; asked once. @throws ORCH_TOOL_MISSING when git is absent or older than MINIMUM_GIT */
  async version(): Promise<string> {
    if (this.#version !== null) return this.#version
    const output = await this.text(tmpdir(), ['version'])
    const version = parseVersion(output)
    if (version === null) throw gitMissing(`${JSON.stringify(output)} names no version`)
    if (!atLeast(version, MINIMUM_GIT)) throw gitMissing(`version ${MINIMUM_GIT} or newer is, and this is ${version}`)
    this.#version = version
    return version
  }

  /**
   * Runs a command to its end, trying again while another process holds a lock of git.
   * @param cwd folder it runs in
   * @throws ORCH_TOOL_MISSING, ORCH_NOT_FOUND when `cwd` is gone, ORCH_GIT when it takes too long; an exit code is for the caller to judge
   */
  async run(cwd: string, args: readonly string[], options: GitOptions = {}): Promise<RunResult> {
    for (const wait of BACK_OFF_MS) {
      const result = await this.#once(cwd, args, options)
      if (result.exitCode === 0 || !isContention(result.stderr)) return result
      this.logger.debug('git waits for another process', {args, cwd, wait})
      await this.#parts.clock.sleep(wait)
    }
    return this.#once(cwd, args, options)
  }

  /** Standard output of a command that has to succeed, without the last line end. @throws ORCH_GIT and as `run` */
  async text(cwd: string, args: readonly string[], options: GitOptions = {}): Promise<string> {
    const result = await this.run(cwd, args, options)
    if (result.exitCode !== 0) throw gitFailed(cwd, args, result)
    return result.stdout.replace(/\r?\n$/, '')
  }

  /** @returns whether the command exits with 0; 1 is no. @throws ORCH_GIT on any other exit code, and as `run` */
  async holds(cwd: string, args: readonly string[]): Promise<boolean> {
    const result = await this.run(cwd, args)
    if (result.exitCode !== 0 && result.exitCode !== 1) throw gitFailed(cwd, args, result)
    return result.exitCode === 0
  }

  async #once(cwd: string, args: readonly string[], options: GitOptions): Promise<RunResult> {
    const read = (command: readonly string[]) => this.#start(cwd, command, {})
    const guarded = await this.#programs.guard(cwd, read, Number(this.#parts.env['GIT_CONFIG_COUNT'] ?? 0))
    // Where git cannot read the configuration, the command would fail with the same words.
    if ('failed' in guarded) return guarded.failed
    return this.#start(cwd, args, {...options, env: {...guarded.env, ...options.env}})
  }

  async #start(cwd: string, args: readonly string[], options: GitOptions): Promise<RunResult> {
    const timeoutMs = options.timeoutMs ?? READ_TIMEOUT_MS
    const argv = ['--no-pager', ...QUIET, ...(options.hooks ? [] : NO_HOOKS), ...args]
    const result = await this.#parts.processes.run('git', argv, {
      cwd,
      env: {...this.#parts.env, ...options.env},
      timeoutMs,
      maxBuffer: MAX_OUTPUT_BYTES,
      ...(options.input === undefined ? {} : {input: options.input}),
    })
    if (result.notStarted) throw await whyNotStarted(cwd)
    if (result.timedOut) throw gitFailed(cwd, args, {...result, stderr: `it did not end within ${timeoutMs / 1000} s`})
    return result
  }
}

/** ORCH_GIT with what git said. */
export function gitFailed(cwd: string, args: readonly string[], result: RunResult): OrchError<'ORCH_GIT'> {
  const ended = result.signal === null ? `exit code ${result.exitCode}` : `ended by ${result.signal}`
  return new OrchError('ORCH_GIT', {args, cwd, stderr: result.stderr.trim() || result.stdout.trim() || ended})
}

async function whyNotStarted(cwd: string): Promise<OrchError> {
  const folder = await stat(cwd).catch(() => null)
  return folder?.isDirectory() ? gitMissing('it was not found on PATH') : new OrchError('ORCH_NOT_FOUND', {what: 'folder', name: cwd})
}

function settings(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([key, value]) => ['-c', `${key}=${value}`])
}
