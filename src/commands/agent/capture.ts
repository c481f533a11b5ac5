import {Args, Flags} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'

export default class AgentCapture extends OrchCommand {
  static override description = "Print an agent's screen."
  static override examples = [
    '<%= config.bin %> <%= command.id %> p_7f developer',
    '<%= config.bin %> <%= command.id %> p_7f tester --history 500',
  ]
  static override args = {
    project: Args.string({description: 'Id, prefix of an id, or name.', required: true}),
    role: Args.string({description: 'Whose.', required: true}),
  }
  static override flags = {history: Flags.integer({description: 'Lines of scrollback before the screen.', min: 0, max: 50_000, default: 0})}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(AgentCapture)
    const {screen} = await (await this.supervisor()).call<{screen: string}>('agent.capture', {...args, history: flags.history})
    this.answer({screen}, () => this.log(screen))
  }
}
