import {spawn} from 'node:child_process'

export interface Finished {
  /** null: ended by a signal. */
  readonly code: number | null
  readonly signal: string | null
  /** The last of both outputs, as they came. */
  readonly output: string
}

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly input?: string
  /** Ends it with SIGTERM. */
  readonly signal?: AbortSignal
  /** Milliseconds after which it gets SIGKILL. */
  readonly timeoutMs?: number
}

/** Bytes of output kept. */
const KEPT = 64 * 1024

/** Runs a program to its end. @throws when it cannot be started, or `signal` ended it */
export function run(argv: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const [file, ...args] = argv
  return new Promise((resolve, reject) => {
    const child = spawn(file!, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      ...(options.signal ? {signal: options.signal} : {}),
      ...(options.timeoutMs === undefined ? {} : {timeout: options.timeoutMs, killSignal: 'SIGKILL' as const}),
    })
    let output = Buffer.alloc(0)
    const keep = (chunk: Buffer) => {
      output = Buffer.concat([output, chunk]).subarray(-KEPT)
    }
    child.stdout!.on('data', keep)
    child.stderr!.on('data', keep)
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({code, signal, output: output.toString('utf8').trim()}))
    // A program that does not read its input is not our failure.
    child.stdin?.on('error', () => {})
    child.stdin?.end(options.input)
  })
}
