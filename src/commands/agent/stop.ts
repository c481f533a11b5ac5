import type {AgentStatus} from '../../services/status/status.js'
import {AGENT_ARGS, ProjectCommand} from '../../view/project-command.js'
import {namedAgent} from '../../view/named-project.js'

export default class AgentStop extends ProjectCommand {
  static override description = 'Stop one agent; its branch, worktree and window stay. A project that waits for its work becomes blocked.'
  static override examples = ['<%= config.bin %> <%= command.id %> developer', '<%= config.bin %> <%= command.id %> p_7f developer']
  static override usage = 'agent stop [PROJECT] ROLE'
  static override args = AGENT_ARGS

  async run(): Promise<void> {
    const {args} = await this.parse(AgentStop)
    const client = await this.supervisor()
    const target = await namedAgent(client, args, this.here)
    const agent = await client.call<AgentStatus>('agent.stop', target)
    this.answer(agent, () => this.log(`${agent.role} is ${agent.state}.`))
  }
}
