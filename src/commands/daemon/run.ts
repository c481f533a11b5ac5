import {setTimeout as sleep} from 'node:timers/promises'
import {OrchError} from '@orch/plugin-kit'
import {OrchCommand} from '@orch/plugin-kit/command'
import type {Supervisor} from '../../services/supervisor.js'

/** How long another supervisor may take until it answers or gives up its place. */
const PATIENCE_MS = 15_000
const POLL_MS = 100

export default class DaemonRun extends OrchCommand {
  static override description = 'Be the supervisor, in the foreground. Commands start it by themselves when they need it.'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<void> {
    await this.parse(DaemonRun)
    const supervisor = await this.#takePlace()
    if (!supervisor) return this.#ready()
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => void supervisor.stop())
    await supervisor.start()
    this.#ready()
    await supervisor.stopped
    // Whatever a plugin left behind must not keep a stopped supervisor alive.
    process.exit(0)
  }

  /** @returns null when another process is the supervisor and answers */
  async #takePlace(): Promise<Supervisor | null> {
    // Loaded here, or `orch help` would load every service to list this command.
    const {createSupervisor} = await import('../../app.js')
    const client = await this.supervisor()
    const end = Date.now() + PATIENCE_MS
    for (;;) {
      const supervisor = await createSupervisor(this.config, process.env)
      if (supervisor) return supervisor
      // It may be on its way up, or on its way down: then its place is free in a moment.
      if ((await client.peek('system.hello').catch(() => null)) !== null) return null
      if (Date.now() > end)
        throw new OrchError('ORCH_SUPERVISOR', {why: 'another one holds its place and does not answer', log: this.config.dataDir})
      await sleep(POLL_MS)
    }
  }

  /** One line for whoever started us. */
  #ready(): void {
    if (this.wantsJson) this.printJson({ready: true, pid: process.pid})
    else this.log('The supervisor is ready. Ctrl-C stops it; agents live on.')
  }
}
