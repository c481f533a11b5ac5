import {join} from 'node:path'
import {readBoundedText} from '@orch/plugin-kit/files'
import type {ProcessIdentity} from '@orch/plugin-kit'
import {KeptFile} from './kept-file.js'

/** Who holds the place of the supervisor, as it wrote itself. */
export interface SupervisorRecord extends ProcessIdentity {
  /** Milliseconds UTC of its start. */
  readonly since: number
}

/** Bytes of the record at most. */
const LONGEST = 1_000

/**
 * The record of the supervisor's process, `PID START SINCE`: a line that bin/watchdog.sh reads without a parser.
 * @param data the state directory
 */
export function supervisorPid(data: string, {pid, startedAt, since}: SupervisorRecord): KeptFile {
  return new KeptFile('the record of its process', pathIn(data), `${pid} ${startedAt} ${since}\n`)
}

/** @param data the state directory @returns null when there is no such record, or nothing readable in it */
export async function readSupervisorPid(data: string): Promise<SupervisorRecord | null> {
  const text = (await readBoundedText(pathIn(data), {maxBytes: LONGEST}).catch(() => null)) ?? ''
  const [, pid, startedAt, since] = /^(\d+) (\S+) (\d+)\n$/.exec(text) ?? []
  return pid && startedAt && since ? {pid: Number(pid), startedAt, since: Number(since)} : null
}

function pathIn(data: string): string {
  return join(data, 'supervisor.pid')
}
