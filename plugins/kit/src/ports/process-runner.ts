/** How a program is started: an argv array, never a shell string. */
export interface RunOptions {
  readonly cwd?: string
  /** The whole environment of the program; without it, the host's own. */
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
  /** Milliseconds after which it gets SIGTERM, then SIGKILL; none without it. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** Leads a process group of its own, by which its children are found even after it ended. */
  readonly ownGroup?: boolean
  /** Called with its pid once it runs. */
  readonly onStart?: (pid: number) => void
  /** Bytes of each stream kept, the last ones; 8 MiB without it. */
  readonly maxBuffer?: number
}

export interface RunResult {
  /** null when it ended by a signal or never started. */
  readonly exitCode: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
  readonly timedOut: boolean
  /** The program was not found or could not be executed. */
  readonly notStarted: boolean
}

/** A program that runs on, spoken to line by line. */
export interface RunningProcess {
  readonly pid: number | undefined
  write(text: string): void
  /** Closes its standard input. */
  end(): void
  kill(signal?: NodeJS.Signals): void
  /** Calls `listener` with each line of standard output, without its line end. Bytes that are not UTF-8 arrive as U+FFFD. */
  onLine(listener: (line: string) => void): void
  /** Settles when it has ended; never rejects. */
  readonly ended: Promise<RunResult>
}

/** The one door to other programs. */
export interface ProcessRunner {
  /** Runs a program to its end. Does not throw when the program fails: the result holds the exit code. */
  run(file: string, args: readonly string[], options?: RunOptions): Promise<RunResult>
  /** Starts a program and keeps its pipes. */
  start(file: string, args: readonly string[], options?: RunOptions): RunningProcess
}
