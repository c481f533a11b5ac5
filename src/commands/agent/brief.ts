import {AGENT_ARGS, ProjectCommand} from '../../view/project-command.js'
import {namedAgent} from '../../view/named-project.js'

export default class AgentBrief extends ProjectCommand {
  static override description = 'Send an agent its briefing again.'
  static override examples = ['<%= config.bin %> <%= command.id %> developer', '<%= config.bin %> <%= command.id %> p_7f developer']
  static override usage = 'agent brief [PROJECT] ROLE'
  static override args = AGENT_ARGS

  async run(): Promise<void> {
    const {args} = await this.parse(AgentBrief)
    const client = await this.supervisor()
    const target = await namedAgent(client, args, this.here)
    const agent = await client.call<{message: string}>('agent.brief', target)
    this.answer(agent, () => this.log(`The briefing is on its way to ${target.role} (${agent.message}).`))
  }
}
