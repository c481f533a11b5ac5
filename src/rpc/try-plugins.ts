import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {createInterface} from 'node:readline'
import {OrchError, type ErrorBody} from '@orch/plugin-kit'
import type {StatePaths} from '../adapters/paths.js'
import {PluginFaults} from '../adapters/plugin-faults.js'
import {PluginTrials} from '../adapters/plugin-trials.js'
import {trialArgv} from '../adapters/supervisor-argv.js'
import {NOTHING, type Trial} from '../domain/plugin-trial.js'
import {remoteError} from './remote-error.js'
import {supervisorEnvironment} from './start-supervisor.js'

/** Tries of a set with a plugin that ends the process: from the second crash on it is left out. */
const ATTEMPTS = 3
/** Milliseconds without a sign of life; `orch daemon try` gives one a second, also on a busy machine. */
const SILENCE_MS = 15_000
/** Milliseconds for all of it. */
const PATIENCE_MS = 130_000

export interface TrialRequest {
  readonly root: string
  readonly data: string
  readonly env: NodeJS.ProcessEnv
  readonly paths: StatePaths
}

/** What a person is about to decide on a plugin. */
export interface Suppose {
  readonly enabled?: string
  readonly disabled?: string
}

/**
 * Loads the plugins in a process of its own, as a supervisor would. One of others that ends that process, or holds it up, is found out and left out.
 * @param enabled a plugin that is about to be enabled @param disabled one that is about to be disabled
 * @returns what became of them; a start soon after knows it too
 * @throws what a supervisor would refuse to start with; ORCH_SUPERVISOR where even the process does not come up
 */
export async function tryPlugins(request: TrialRequest, {enabled, disabled}: Suppose = {}): Promise<Trial> {
  const faults = new PluginFaults(request.data)
  for (let attempt = 1; ; attempt++) {
    // What the plugin does in the first try counts for the second.
    const supposed =
      attempt === 1 && enabled !== undefined ? ['--enabled', enabled] : disabled !== undefined ? ['--disabled', disabled] : []
    const end = await run(request, supposed)
    if ('trial' in end) {
      new PluginTrials(request.data).keep(end.trial)
      return end.trial
    }
    faults.blame(end.pid, end.how === 'silent' ? 'stall' : 'crash')
    if (attempt === ATTEMPTS) throw new OrchError('ORCH_SUPERVISOR', {why: `it does not start: ${whyOf(end)}`, log: request.paths.log})
  }
}

/**
 * The same with one more plugin that is not installed; nothing is put on record.
 * @param folder absolute
 * @returns what became of that one; what it did to the process is why it would be left out
 * @throws as above
 */
export async function tryCandidate(request: TrialRequest, folder: string): Promise<Trial['plugins'][number]> {
  const end = await run(request, ['--candidate', folder])
  if ('trial' in end) return end.trial.plugins[0]!
  return {name: folder, version: '', root: folder, why: whyOf(end), adds: NOTHING, notes: [], isHarmful: true}
}

type End = {readonly trial: Trial} | Failed

/** It ended without a word, or was ended because it gave no sign of life, or took too long. */
interface Failed {
  readonly how: 'ended' | 'silent' | 'late'
  readonly pid: number
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** @throws what it refused with */
async function run({root, data, env, paths}: TrialRequest, flags: readonly string[]): Promise<End> {
  const [program, ...args] = trialArgv(root, flags)
  const child = spawn(program, args, {
    cwd: '/',
    env: {...(await supervisorEnvironment(env, paths)), ORCH_DATA_DIR: data},
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  const {line, how} = await answerOf(child)
  const [code, signal] = await exited
  if (line === null) return {how, pid: child.pid!, code, signal}
  const answer = JSON.parse(line) as {trial: Trial} | {error: ErrorBody}
  if ('error' in answer) throw remoteError(answer.error)
  return answer
}

/** Its one line; between signs of life, which are empty lines, only so much time may pass. */
async function answerOf(child: ChildProcess): Promise<{line: string | null; how: Failed['how']}> {
  let how: Failed['how'] = 'ended'
  const kill = (why: Failed['how']) => () => {
    how = why
    child.kill('SIGKILL')
  }
  const late = setTimeout(kill('late'), PATIENCE_MS)
  const silent = setTimeout(kill('silent'), SILENCE_MS)
  try {
    for await (const text of createInterface({input: child.stdout!})) {
      silent.refresh()
      if (text.startsWith('{')) return {line: text, how}
    }
    return {line: null, how}
  } finally {
    clearTimeout(late)
    clearTimeout(silent)
  }
}

function whyOf({how, code, signal}: Failed): string {
  if (how === 'silent') return `holds the process up for more than ${SILENCE_MS / 1000} s`
  if (how === 'late') return `was not loaded within ${PATIENCE_MS / 1000} s`
  return `ends the process ${signal ? `by ${signal}` : `with exit code ${code}`} while it is loaded`
}
