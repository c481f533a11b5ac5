import {OrchError, type Clock, type ProcessRunner, type RunningProcess, type RunOptions, type RunResult} from '@orch/plugin-kit'
import {KEEPER} from '../keeper.js'
import type {Size} from '../server-config.js'
import {keeperWords} from './keeper-words.js'
import {environmentFor, scopeWords, type Environment} from './server-environment.js'

/** The oldest tmux with `-N`, `attach-session -f`, `new-session -e` and comparisons in formats: its CHANGES, 3.1c to 3.2. */
const OLDEST = [3, 2] as const

/** What is said on standard error when no server listens on the socket. */
const NO_SERVER =
  /^(?:no server running on |error connecting to .*\((?:No such file or directory|Connection refused)\)|lost server|server exited)/m

const TIMED_OUT: RunResult = {exitCode: null, signal: null, stdout: '', stderr: '', timedOut: true, notStarted: false}

/** How the program `tmux` is called: always our socket and configuration, never the user's. */
export class TmuxProgram {
  readonly socket: string
  readonly #processes: ProcessRunner
  readonly #clock: Clock
  readonly #environment: Environment
  readonly #configFile: string

  /**
   * @param socket name of the socket
   * @param configFile where the generated configuration is
   * @param environment the host's environment; only a few names of it are handed on
   */
  constructor(processes: ProcessRunner, clock: Clock, socket: string, configFile: string, environment: Environment) {
    this.#processes = processes
    this.#clock = clock
    this.socket = socket
    this.#configFile = configFile
    this.#environment = environment
  }

  /** What `tmux -V` prints. @throws ORCH_TOOL_MISSING when there is no tmux, or too old a one */
  async version(): Promise<string> {
    const result = await this.#run('tmux', ['-V'], {}, 10_000)
    const version = result.stdout.trim()
    if (result.timedOut) throw new OrchError('ORCH_TMUX', {what: 'say its version', stderr: 'it did not answer in time'})
    if (result.exitCode !== 0) throw missing(result.notStarted ? 'it was not found on PATH' : `\`tmux -V\` failed: ${result.stderr.trim()}`)
    if (isTooOld(version)) throw missing(`${version} is too old, ${OLDEST.join('.')} is the oldest that will do`)
    return version
  }

  /** Makes the keeper's session in the server that runs. The result says `duplicate session` where it is already. */
  keep(size: Size, timeoutMs: number): Promise<RunResult> {
    return this.#keep([], false, size, timeoutMs)
  }

  /** The same, starting a server where none runs. */
  async start(size: Size, timeoutMs: number): Promise<RunResult> {
    // By this mark the server and what stands above it are known as the agents' (the server gives it to no pane).
    const mark = ['env', `ORCH_KEEPER=${this.socket}`]
    const scope = scopeWords(this.#environment)
    const keeper = await keeperWords(this.#environment)
    // Without a service manager, or where it gives no scope; without perl, or where it may not do this.
    const ways = [[...scope, ...mark, ...keeper], ...(scope.length > 0 ? [[...mark, ...keeper]] : []), ...(keeper.length > 0 ? [mark] : [])]
    for (const way of ways.slice(0, -1)) {
      const kept = await this.#keep(way, true, size, timeoutMs)
      if (kept.exitCode === 0) return kept
    }
    return this.#keep(ways.at(-1)!, true, size, timeoutMs)
  }

  /** Runs command lines in a client of their own, by standard input: they may be long and hold secrets. */
  run(commands: string, timeoutMs: number): Promise<RunResult> {
    const args = [...this.#base(false), 'source-file', '-']
    return this.#run('tmux', args, {input: `${commands}\n`}, timeoutMs)
  }

  /** Starts a control mode client on the keeper's session. It has no say in sizes and gets no output of panes. */
  control(): RunningProcess {
    const args = [...this.#base(false), '-C', 'attach-session', '-E', '-t', `=${KEEPER}`, '-f', 'no-output,ignore-size']
    return this.#processes.start('tmux', args, {env: environmentFor(this.#environment)})
  }

  /** argv for a person's own terminal. `-N`: it must not start a server with the user's configuration on our socket. */
  attachWords(target: string): string[] {
    const folder = this.#environment['TMUX_TMPDIR']
    // The person's shell may look for sockets elsewhere than the supervisor.
    const where = folder ? [`TMUX_TMPDIR=${folder}`] : ['-u', 'TMUX_TMPDIR']
    return ['env', ...where, 'tmux', '-N', '-L', this.socket, 'attach-session', '-t', target]
  }

  #keep(before: readonly string[], mayStart: boolean, {columns, rows}: Size, timeoutMs: number): Promise<RunResult> {
    const session = ['new-session', '-d', '-E', '-s', KEEPER, '-x', String(columns), '-y', String(rows), '-c', '/']
    const [file, ...args] = [
      ...before,
      'tmux',
      ...this.#base(mayStart),
      '-f',
      this.#configFile,
      ...session,
      '--',
      'tail',
      '-f',
      '/dev/null',
    ]
    return this.#run(file, args, {cwd: '/'}, timeoutMs)
  }

  /**
   * Runs a program and stops waiting for it in time, even if killing it does not help: a client hands its own standard streams to the
   * server, and a server that stands still keeps their pipes open after the client has died.
   */
  async #run(file: string, args: readonly string[], options: RunOptions, timeoutMs: number): Promise<RunResult> {
    const [kill, done] = [new AbortController(), new AbortController()]
    const ended = this.#processes.run(file, args, {...options, env: environmentFor(this.#environment), signal: kill.signal})
    const late = this.#clock.sleep(timeoutMs, done.signal).then(
      () => TIMED_OUT,
      () => ended,
    )
    const result = await Promise.race([ended, late])
    if (result === TIMED_OUT) kill.abort()
    done.abort()
    return result
  }

  #base(mayStart: boolean): string[] {
    // `-u`: output is UTF-8 whatever the locale.
    return ['-u', ...(mayStart ? [] : ['-N']), '-L', this.socket]
  }
}

/** Whether a run failed because no server listens. */
export function saysNoServer(result: RunResult): boolean {
  return result.exitCode !== 0 && NO_SERVER.test(result.stderr)
}

function isTooOld(version: string): boolean {
  const match = /(\d+)\.(\d+)/.exec(version)
  // Builds from the development branch print no number (`tmux master`).
  if (!match) return false
  const [major, minor] = [Number(match[1]), Number(match[2])]
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])
}

function missing(why: string): OrchError<'ORCH_TOOL_MISSING'> {
  return new OrchError('ORCH_TOOL_MISSING', {
    tool: 'tmux',
    why,
    install: 'Install it with the system package manager (apt install tmux, dnf install tmux, brew install tmux).',
  })
}
