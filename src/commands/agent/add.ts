import {Args} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'
import type {AgentStatus} from '../../services/status.js'

export default class AgentAdd extends OrchCommand {
  static override description = 'Add a role to a team that is starting or at work.'
  static override examples = ['<%= config.bin %> <%= command.id %> p_7f tester']
  static override args = {
    project: Args.string({description: 'Id, prefix of an id, or name.', required: true}),
    role: Args.string({description: 'Key of the role; orch team list shows them.', required: true}),
  }

  async run(): Promise<void> {
    const {args} = await this.parse(AgentAdd)
    const agent = await (await this.supervisor()).call<AgentStatus>('agent.add', {...args})
    this.answer(agent, () => this.log(`${agent.role} joins the team, on ${agent.branch}.`))
  }
}
