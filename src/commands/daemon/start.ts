import {OrchCommand} from '@orch/plugin-kit/command'

export default class DaemonStart extends OrchCommand {
  static override description = 'Start the supervisor, unless it runs.'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<void> {
    await this.parse(DaemonStart)
    const hello = await (await this.supervisor()).call<{pid: number}>('system.hello')
    this.answer(hello, () => this.log(`The supervisor runs (pid ${hello.pid}).`))
  }
}
