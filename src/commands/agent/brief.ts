import {Args} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'

export default class AgentBrief extends OrchCommand {
  static override description = 'Tell an agent again who it is and what it is to do.'
  static override examples = ['<%= config.bin %> <%= command.id %> p_7f developer']
  static override args = {
    project: Args.string({description: 'Id, prefix of an id, or name.', required: true}),
    role: Args.string({description: 'Whom.', required: true}),
  }

  async run(): Promise<void> {
    const {args} = await this.parse(AgentBrief)
    const agent = await (await this.supervisor()).call<{message: string}>('agent.brief', {...args})
    this.answer(agent, () => this.log(`The briefing is on its way to ${args.role} (${agent.message}).`))
  }
}
