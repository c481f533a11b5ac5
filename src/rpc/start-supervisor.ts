import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {type FileHandle} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {OrchError, type ErrorBody} from '@orch/plugin-kit'
import {makeFolder, readBoundedText} from '@orch/plugin-kit/files'
import {openToAppend} from '../adapters/open-to-append.js'
import type {StatePaths} from '../adapters/paths.js'
import {stateFailure} from '../adapters/state-failure.js'
import {supervisorArgv} from '../adapters/supervisor-argv.js'
import {remoteError} from './remote-error.js'

/** What of the caller's environment the supervisor itself needs; what agents need comes with each project. */
const NEEDED = ['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'TMUX_TMPDIR', 'XDG_RUNTIME_DIR', 'XDG_STATE_HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'ORCH_CONFIG_DIR', 'ORCH_CACHE_DIR', 'NODE_EXTRA_CA_CERTS', 'SHELL', 'ORCH_CONFIG_LOG__LEVEL'] // prettier-ignore

/** Bytes of the record of a supervisor's environment at most. */
const ENVIRONMENT_BYTES = 1024 * 1024

/** How often a supervisor that somebody kills on its way up is started again. */
const ATTEMPTS = 10

/** Milliseconds until a start that says nothing is given up: `orch daemon run` gives up by itself before that, unless it hangs. */
const PATIENCE_MS = 130_000

interface StartRequest {
  readonly root: string
  readonly data: string
  readonly env: NodeJS.ProcessEnv
  readonly paths: StatePaths
}

/**
 * Starts `orch daemon run` in a session of its own and waits until it listens, or finds that another was quicker.
 * @throws what the supervisor refused with, ORCH_SUPERVISOR when it says nothing
 */
export async function startSupervisor(request: StartRequest): Promise<void> {
  const log = join(dirname(request.paths.log), 'supervisor.out')
  for (let attempt = 1; ; attempt++) {
    const end = await start(request, log)
    if (end === 'ready') return
    // A signal says nothing against the next one; a program that ends by itself would do so again.
    if (end.signal === null || end.late || attempt === ATTEMPTS) throw new OrchError('ORCH_SUPERVISOR', {why: whyOf(end), log})
  }
}

/** @returns how it ended, when it ended without a word */
async function start({root, data, env, paths}: StartRequest, output: string): Promise<'ready' | Ended> {
  const log = await openOutput(output).catch((error: unknown) => {
    throw stateFailure(error, data)
  })
  try {
    const [program, ...args] = supervisorArgv(root)
    const child = spawn(program, args, {
      cwd: '/',
      detached: true,
      env: {...(await supervisorEnvironment(env, paths)), ORCH_DATA_DIR: data},
      stdio: ['ignore', 'pipe', log.fd],
    })
    const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
    const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
    const said = await firstLine(child).finally(() => clearTimeout(late))
    if (said === null) {
      const [code, signal] = await ended
      return {code, signal, late: child.killed}
    }
    // From here on it lives without us.
    child.unref()
    child.stdout?.destroy()
    const answer = JSON.parse(said) as {ready: true} | {error: ErrorBody}
    if ('error' in answer) throw remoteError(answer.error)
    return 'ready'
  } finally {
    await log.close()
  }
}

async function openOutput(path: string): Promise<FileHandle> {
  await makeFolder(dirname(path))
  return openToAppend(path)
}

interface Ended {
  /** It said nothing in time and was killed. */
  readonly late: boolean
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

function whyOf({code, signal, late}: Ended): string {
  if (late) return `it was not ready within ${PATIENCE_MS / 1000} s and was killed`
  return signal ? `each one started was ended by ${signal} before it was ready` : `it ended with exit code ${code} before it was ready`
}

/** An agent's environment is its project's; a supervisor started from inside one gets that of the last supervisor. */
export async function supervisorEnvironment(env: NodeJS.ProcessEnv, paths: StatePaths): Promise<Record<string, string>> {
  if (env['ORCH_AGENT'] === undefined) return pick(env, NEEDED)
  try {
    const text = await readBoundedText(join(paths.bin, 'supervisor.json'), {maxBytes: ENVIRONMENT_BYTES})
    return (JSON.parse(text ?? '') as {env: Record<string, string>}).env
  } catch {
    return pick(env, NEEDED)
  }
}

/** @returns null when it ended without a line */
async function firstLine(child: ChildProcess): Promise<string | null> {
  let text = ''
  for await (const chunk of child.stdout!) {
    text += String(chunk)
    const end = text.indexOf('\n')
    if (end >= 0) return text.slice(0, end)
  }
  return null
}

function pick(env: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))
}
