import {OrchCommand} from '@orch/plugin-kit/command'

interface Hello {
  readonly version: string
  readonly pid: number
  readonly socket: string
  readonly state: string
}

export default class DaemonStatus extends OrchCommand {
  static override description = 'Say whether the supervisor runs, and where.'
  static override examples = ['<%= config.bin %> <%= command.id %> --json']

  async run(): Promise<void> {
    await this.parse(DaemonStatus)
    const hello = await (await this.supervisor()).peek<Hello>('system.hello')
    this.answer({running: hello !== null, ...hello}, () => {
      this.log(
        hello
          ? `The supervisor ${hello.version} runs (pid ${hello.pid}, socket ${hello.socket}, state ${hello.state}).`
          : 'No supervisor runs.',
      )
    })
  }
}
