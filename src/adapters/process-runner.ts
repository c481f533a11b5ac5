import {createInterface} from 'node:readline'
import type {Readable} from 'node:stream'
import {execa, type Options} from 'execa'
import type {ProcessRunner, RunOptions, RunResult, RunningProcess} from '@orch/plugin-kit'

const MAX_BUFFER = 8 * 1024 * 1024
/** Milliseconds between SIGTERM and SIGKILL. */
const KILL_AFTER_MS = 2_000
/** Milliseconds after its end in which a program's output is still read. */
const PIPES_AFTER_MS = 1_000

/** Runs programs through execa: argv arrays, no shell. */
export class ExecaRunner implements ProcessRunner {
  async run(file: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const child = execa(file, args, toExecaOptions(options))
    child.once('exit', () => letGoOfPipes(child))
    return toRunResult(await child)
  }

  start(file: string, args: readonly string[], options: RunOptions = {}): RunningProcess {
    // Lines are read as they come, so nothing is kept for the end.
    const child = execa(file, args, {...toExecaOptions(options), buffer: {stdout: false, stderr: true}, stdin: 'pipe'})
    // A pipe whose reader has gone is told by `ended`, not by an uncaught error.
    child.stdin.on('error', () => {})
    return {
      pid: child.pid,
      write: (text) => void child.stdin.write(text),
      end: () => void child.stdin.end(),
      kill: (signal = 'SIGTERM') => void child.kill(signal),
      onLine: (listener) => void createInterface({input: child.stdout, crlfDelay: Infinity}).on('line', listener),
      ended: child.then(toRunResult),
    }
  }
}

/** A grandchild may hold the pipes of a program that has ended; its output is then not waited for any longer. */
function letGoOfPipes({stdout, stderr}: {stdout: Readable | null; stderr: Readable | null}): void {
  const timer = setTimeout(() => {
    stdout?.destroy()
    stderr?.destroy()
  }, PIPES_AFTER_MS)
  timer.unref()
}

function toExecaOptions(options: RunOptions) {
  return {
    reject: false,
    stripFinalNewline: false,
    forceKillAfterDelay: KILL_AFTER_MS,
    maxBuffer: options.maxBuffer ?? MAX_BUFFER,
    stdin: options.input === undefined ? 'ignore' : 'pipe',
    ...(options.input === undefined ? {} : {input: options.input}),
    ...(options.cwd === undefined ? {} : {cwd: options.cwd}),
    ...(options.env === undefined ? {} : {env: options.env, extendEnv: false}),
    ...(options.timeoutMs === undefined ? {} : {timeout: options.timeoutMs}),
    ...(options.signal === undefined ? {} : {cancelSignal: options.signal}),
  } as const satisfies Options
}

/** The part of execa's result that we read; its full type depends on every option given. */
interface Ended {
  readonly exitCode?: number | undefined
  readonly signal?: string | undefined
  readonly stdout?: unknown
  readonly stderr?: unknown
  readonly timedOut: boolean
  readonly isCanceled: boolean
}

function toRunResult(result: Ended): RunResult {
  return {
    exitCode: result.exitCode ?? null,
    signal: result.signal ?? null,
    stdout: text(result.stdout),
    stderr: text(result.stderr),
    timedOut: result.timedOut,
    notStarted: result.exitCode === undefined && result.signal === undefined && !result.timedOut && !result.isCanceled,
  }
}

function text(output: unknown): string {
  return typeof output === 'string' ? output : ''
}
