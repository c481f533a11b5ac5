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
    if (child.pid !== undefined) options.onStart?.(child.pid)
    const [stdout, stderr] = [child.stdout, child.stderr].map((stream) => keepTail(stream, options.maxBuffer ?? MAX_BUFFER))
    child.once('exit', () => letGoOfPipes(child))
    return toRunResult(await child, stdout!(), stderr!())
  }

  start(file: string, args: readonly string[], options: RunOptions = {}): RunningProcess {
    const child = execa(file, args, {...toExecaOptions(options), stdin: 'pipe'})
    // Lines are read as they come, so nothing is kept of them for the end.
    const stderr = keepTail(child.stderr, options.maxBuffer ?? MAX_BUFFER)
    child.once('exit', () => letGoOfPipes(child))
    // A pipe whose reader has gone is told by `ended`, not by an uncaught error.
    child.stdin.on('error', () => {})
    return {
      pid: child.pid,
      write: (text) => void child.stdin.write(text),
      end: () => void child.stdin.end(),
      kill: (signal = 'SIGTERM') => void child.kill(signal),
      onLine: (listener) => void createInterface({input: child.stdout, crlfDelay: Infinity}).on('line', listener),
      ended: child.then((result) => toRunResult(result, '', stderr())),
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
    // execa's own buffer breaks off a program that says more than it holds, and keeps the beginning.
    buffer: false,
    stdin: options.input === undefined ? 'ignore' : 'pipe',
    ...(options.input === undefined ? {} : {input: options.input}),
    // setsid(2): a session, and with it a process group, of its own.
    ...(options.ownGroup ? {detached: true} : {}),
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
  readonly timedOut: boolean
  readonly isCanceled: boolean
}

function toRunResult(result: Ended, stdout: string, stderr: string): RunResult {
  return {
    exitCode: result.exitCode ?? null,
    signal: result.signal ?? null,
    stdout,
    stderr,
    timedOut: result.timedOut,
    notStarted: result.exitCode === undefined && result.signal === undefined && !result.timedOut && !result.isCanceled,
  }
}

/** Reads a stream to its end. @param most bytes that are kept, the last ones @returns what is kept, as text */
function keepTail(stream: Readable, most: number): () => string {
  let chunks: Buffer[] = []
  let size = 0
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    size += chunk.length
    // Cut rarely: joining at every chunk would cost the square of the output.
    if (size > 2 * most) [chunks, size] = [[Buffer.concat(chunks).subarray(-most)], most]
  })
  return () => Buffer.concat(chunks).subarray(-most).toString()
}
