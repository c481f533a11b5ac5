import {Args} from '@oclif/core'
import type {AgentStatus} from '../../services/status/status.js'
import {AGENT_ARGS, ProjectCommand} from '../../view/project-command.js'
import {namedAgent} from '../../view/named-project.js'

export default class AgentAdd extends ProjectCommand {
  static override description = 'Add a role to a team that is starting or at work.'
  static override examples = ['<%= config.bin %> <%= command.id %> tester', '<%= config.bin %> <%= command.id %> p_7f tester']
  static override usage = 'agent add [PROJECT] ROLE'
  static override args = {...AGENT_ARGS, role: Args.string({description: 'Key of the role; orch team list shows them.'})}

  async run(): Promise<void> {
    const {args} = await this.parse(AgentAdd)
    const client = await this.supervisor()
    const target = await namedAgent(client, args, this.here)
    const agent = await client.call<AgentStatus>('agent.add', target)
    this.answer(agent, () => this.log(`${agent.role} joins the team, on ${agent.branch}.`))
  }
}
