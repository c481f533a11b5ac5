import {readable} from '../../view/readable.js'
import {AGENT_ARGS, ProjectCommand} from '../../view/project-command.js'
import {namedAgent} from '../../view/named-project.js'

export default class AgentShow extends ProjectCommand {
  static override description = 'Show all details of one agent.'
  static override examples = ['<%= config.bin %> <%= command.id %> developer', '<%= config.bin %> <%= command.id %> p_7f developer']
  static override usage = 'agent show [PROJECT] ROLE'
  static override args = AGENT_ARGS

  async run(): Promise<void> {
    const {args} = await this.parse(AgentShow)
    const client = await this.supervisor()
    const target = await namedAgent(client, args, this.here)
    const agent = await client.call<object>('agent.show', target)
    this.answer(agent, () => this.log(readable(agent)))
  }
}
