import {setTimeout as sleep} from 'node:timers/promises'
import type {SupervisorClient} from '@orch/plugin-kit/command'

const PATIENCE_MS = 15_000
const POLL_MS = 50

/** Asks the supervisor to stop and waits until its process has gone. @returns false when none ran */
export async function stopSupervisor(client: SupervisorClient): Promise<boolean> {
  const hello = await client.peek<{pid: number}>('system.hello')
  if (hello === null) return false
  await client.peek('system.stop')
  const end = Date.now() + PATIENCE_MS
  // Its lock goes with its process, so its process is what we wait for; it is not our child.
  while (isAlive(hello.pid) && Date.now() < end) await sleep(POLL_MS)
  return !isAlive(hello.pid)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
