import {setTimeout as sleep} from 'node:timers/promises'
import {OrchError, type ProcessIdentity} from '@orch/plugin-kit'
import {identifyProcess} from '../adapters/local-host.js'

/** How it came to its end: by itself when asked, or by a signal. */
export type End = 'asked' | 'terminated' | 'killed'

/** Milliseconds for an end: after it agreed to stop, and after each signal. */
const PATIENCE_MS = {asked: 15_000, terminated: 5_000, killed: 5_000} as const
const POLL_MS = 50

interface StopRequest {
  readonly supervisor: ProcessIdentity
  /** Sends the request. @returns whether it was heard */
  readonly ask: () => Promise<boolean>
  /** For errors. */
  readonly log: string
}

/**
 * Asks a supervisor to stop and waits until its process has gone: its lock goes with it. One that does not answer, or does not end, is ended by
 * signals; its agents live on, as after a crash.
 * @throws ORCH_SUPERVISOR when its process outlives SIGKILL; what `ask` throws
 */
export async function stopSupervisor({supervisor, ask, log}: StopRequest): Promise<End> {
  if ((await ask()) && (await hasGone(supervisor, PATIENCE_MS.asked))) return 'asked'
  // A process that was stopped (SIGSTOP) takes its end in order only when it runs again.
  for (const signal of ['SIGTERM', 'SIGCONT'] as const) send(supervisor, signal)
  if (await hasGone(supervisor, PATIENCE_MS.terminated)) return 'terminated'
  send(supervisor, 'SIGKILL')
  if (await hasGone(supervisor, PATIENCE_MS.killed)) return 'killed'
  throw new OrchError('ORCH_SUPERVISOR', {why: `process ${supervisor.pid} cannot be ended`, log})
}

/** Its end cannot be awaited, for it is no child of ours. */
async function hasGone(process: ProcessIdentity, withinMs: number): Promise<boolean> {
  const end = Date.now() + withinMs
  while (isSame(process)) {
    if (Date.now() > end) return false
    await sleep(POLL_MS)
  }
  return true
}

function send(target: ProcessIdentity, signal: NodeJS.Signals): void {
  try {
    if (isSame(target)) process.kill(target.pid, signal)
  } catch {
    // It ended by itself, or is another user's; its end is looked for either way.
  }
}

/** A pid may be another process's by now. */
function isSame({pid, startedAt}: ProcessIdentity): boolean {
  return identifyProcess(pid)?.startedAt === startedAt
}
