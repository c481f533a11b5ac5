import type {DialogState} from './view.js'
import type {CrashSignal} from '../options.js'

/** What a step may do to the world besides files and programs. */
export interface Stage {
  /** A line of the log only. */
  log(text: string): void
  /** What the agent says: log and transcript. */
  say(text: string): void
  /** Asks a person. @returns the index of the option; the last one when it is cancelled. Rejects when `signal` is aborted */
  choose(dialog: DialogState, signal: AbortSignal): Promise<number>
  /** Reports an event to orch. */
  report(event: string, payload: Readonly<Record<string, unknown>>): void
  /** Ends the program in good order. */
  leave(code: number): Promise<never>
  /** Ends it in none. What it reported before is still sent, as if the step had taken its time. */
  crash(how: {readonly signal: CrashSignal | null; readonly code: number}): Promise<never>
  /** Stops answering, when what it reported before is sent. @param ms milliseconds, for ever without it */
  hang(ms: number | undefined): Promise<void>
  /** Waits. Rejects when `signal` is aborted. @param ms milliseconds */
  sleep(ms: number, signal: AbortSignal): Promise<void>
  /** Milliseconds UTC. */
  now(): number
}
