import type {SupervisorClient} from '@orch/plugin-kit/command'
import {stopSupervisor} from '../rpc/stop-supervisor.js'

/** Stops the supervisor when one runs. @returns false when none ran, or it did not end */
export async function stopRunning(client: SupervisorClient): Promise<boolean> {
  const hello = await client.peek<{pid: number}>('system.hello')
  return hello !== null && stopSupervisor(hello.pid, () => client.peek('system.stop'))
}
