import type {CheckResult, ProcessRunner} from '@orch/plugin-kit'

/** Bytes below which no team is started, and below which a person should know. */
const LEAST_BYTES = 1024 ** 3
const FEW_BYTES = 5 * LEAST_BYTES
/** Milliseconds a program has to say its version. */
const VERSION_MS = 5_000

/** The file system that holds the state directory. */
export interface StateFolder {
  readonly path: string
  /** Why orch cannot write there; null when it can. */
  readonly problem: string | null
  /** Bytes an unprivileged user can still write. */
  readonly freeBytes: number
}

/** Whether the state directory can be written and has room. */
export function stateChecks({path, problem, freeBytes}: StateFolder): CheckResult[] {
  const megabytes = Math.floor(freeBytes / 1024 ** 2)
  const free = `${megabytes >= 10_240 ? `${Math.floor(megabytes / 1024)} GB` : `${megabytes} MB`} are free in ${path}`
  const room = 'Free disk space, or set ORCH_DATA_DIR to a folder with more.'
  return [
    problem === null
      ? {name: 'state directory', verdict: 'ok', what: `${path} can be written`}
      : {
          name: 'state directory',
          verdict: 'failed',
          what: `${path} cannot be written: ${problem}`,
          remedy: 'Mend its permissions, or set ORCH_DATA_DIR to a folder you can write to.',
        },
    freeBytes < LEAST_BYTES
      ? {name: 'disk', verdict: 'failed', what: `${free}, and a team needs 1 GB`, remedy: room}
      : freeBytes < FEW_BYTES
        ? {name: 'disk', verdict: 'note', what: free, remedy: room}
        : {name: 'disk', verdict: 'ok', what: free},
  ]
}

/** Programs orch needs, where no supervisor runs whose plugins could look. */
const TOOLS = [
  {name: 'git', args: ['--version'], install: 'Install git 2.34 or newer: apt install git, dnf install git, or brew install git.'},
  {name: 'tmux', args: ['-V'], install: 'Install tmux 3.2 or newer: apt install tmux, dnf install tmux, or brew install tmux.'},
]

/** Which of the programs orch needs are there, all at once. */
export async function toolChecks(runner: Pick<ProcessRunner, 'run'>): Promise<CheckResult[]> {
  return Promise.all(
    TOOLS.map(async ({name, args, install}): Promise<CheckResult> => {
      const {exitCode, stdout} = await runner.run(name, args, {timeoutMs: VERSION_MS}).catch(() => ({exitCode: null, stdout: ''}))
      if (exitCode === 0) return {name, verdict: 'ok', what: stdout.trim()}
      return {name, verdict: 'failed', what: `${name} is not installed, or does not answer`, remedy: install}
    }),
  )
}
