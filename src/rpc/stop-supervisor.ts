import {setTimeout as sleep} from 'node:timers/promises'

const PATIENCE_MS = 15_000
const POLL_MS = 50

/**
 * Asks a supervisor to stop and waits until its process has gone: its lock goes with it.
 * @param ask sends the request
 * @returns whether it has gone
 */
export async function stopSupervisor(pid: number, ask: () => Promise<unknown>): Promise<boolean> {
  await ask()
  const end = Date.now() + PATIENCE_MS
  // It is not our child, so its end cannot be awaited.
  while (isAlive(pid) && Date.now() < end) await sleep(POLL_MS)
  return !isAlive(pid)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
