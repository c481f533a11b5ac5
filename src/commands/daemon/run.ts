import {OrchCommand} from '@orch/plugin-kit/command'

export default class DaemonRun extends OrchCommand {
  static override description = 'Be the supervisor, in the foreground. Commands start it by themselves when they need it.'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<void> {
    await this.parse(DaemonRun)
    // Loaded here, or `orch help` would load every service to list this command.
    const {createSupervisor} = await import('../../app.js')
    const supervisor = await createSupervisor(this.config, process.env)
    if (!supervisor) return this.#waitForTheOther()
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => void supervisor.stop())
    await supervisor.start()
    this.#ready()
    await supervisor.stopped
    // Whatever a plugin left behind must not keep a stopped supervisor alive.
    process.exit(0)
  }

  /** Another process is the supervisor; it may still be on its way up. */
  async #waitForTheOther(): Promise<void> {
    const client = await this.supervisor()
    for (let attempt = 0; attempt < 100; attempt++) {
      if ((await client.peek('system.hello')) !== null) return this.#ready()
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  /** One line for whoever started us. */
  #ready(): void {
    if (this.wantsJson) this.printJson({ready: true, pid: process.pid})
    else this.log('The supervisor is ready. Ctrl-C stops it; agents live on.')
  }
}
