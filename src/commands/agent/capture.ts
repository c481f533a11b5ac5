import {Flags} from '@oclif/core'
import {AGENT_ARGS, ProjectCommand} from '../../view/project-command.js'
import {namedAgent} from '../../view/named-project.js'

export default class AgentCapture extends ProjectCommand {
  static override description = "Print an agent's screen."
  static override examples = [
    '<%= config.bin %> <%= command.id %> developer',
    '<%= config.bin %> <%= command.id %> p_7f developer',
    '<%= config.bin %> <%= command.id %> p_7f tester --history 500',
  ]
  static override usage = 'agent capture [PROJECT] ROLE [--history LINES]'
  static override args = AGENT_ARGS
  static override flags = {history: Flags.integer({description: 'Lines of scrollback before the screen.', min: 0, max: 50_000, default: 0})}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(AgentCapture)
    const client = await this.supervisor()
    const target = await namedAgent(client, args, this.here)
    const {screen} = await client.call<{screen: string}>('agent.capture', {...target, history: flags.history})
    this.answer({screen}, () => this.log(screen))
  }
}
