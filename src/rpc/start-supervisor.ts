import {spawn, type ChildProcess} from 'node:child_process'
import {mkdir, open, readFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {OrchError, type ErrorBody} from '@orch/plugin-kit'
import type {StatePaths} from '../adapters/paths.js'
import {remoteError} from './remote-error.js'

/** What of the caller's environment the supervisor itself needs; what agents need comes with each project. */
const NEEDED = ['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'TMUX_TMPDIR', 'XDG_RUNTIME_DIR', 'XDG_STATE_HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'ORCH_CONFIG_DIR', 'ORCH_CACHE_DIR', 'NODE_EXTRA_CA_CERTS', 'SHELL'] // prettier-ignore

/**
 * Starts `orch daemon run` in a session of its own and waits until it listens, or finds that another was quicker.
 * @throws what the supervisor refused with, ORCH_SUPERVISOR when it says nothing
 */
export async function startSupervisor(request: {root: string; data: string; env: NodeJS.ProcessEnv; paths: StatePaths}): Promise<void> {
  const {root, data, env, paths} = request
  await mkdir(dirname(paths.log), {recursive: true, mode: 0o700})
  const log = await open(join(dirname(paths.log), 'supervisor.out'), 'a', 0o600)
  try {
    const child = spawn(process.execPath, [join(root, 'bin', 'run.js'), 'daemon', 'run', '--json'], {
      cwd: '/',
      detached: true,
      env: {...(await supervisorEnvironment(env, paths)), ORCH_DATA_DIR: data},
      stdio: ['ignore', 'pipe', log.fd],
    })
    const said = await firstLine(child)
    // From here on it lives without us.
    child.unref()
    child.stdout?.destroy()
    const answer = said === null ? null : (JSON.parse(said) as {ready?: boolean; error?: ErrorBody})
    if (answer?.error) throw remoteError(answer.error)
    if (!answer?.ready)
      throw new OrchError('ORCH_SUPERVISOR', {why: 'it ended before it was ready', log: join(dirname(paths.log), 'supervisor.out')})
  } finally {
    await log.close()
  }
}

/** An agent's environment is its project's; a supervisor started from inside one gets that of the last supervisor. */
async function supervisorEnvironment(env: NodeJS.ProcessEnv, paths: StatePaths): Promise<Record<string, string>> {
  if (env['ORCH_AGENT'] === undefined) return pick(env, NEEDED)
  try {
    return (JSON.parse(await readFile(join(paths.bin, 'supervisor.json'), 'utf8')) as {env: Record<string, string>}).env
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
