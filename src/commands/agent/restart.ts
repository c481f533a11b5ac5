import {Args} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'

export default class AgentRestart extends OrchCommand {
  static override description =
    'End one agent and start it again in its window, with the same conversation. One in quarantine, or whose restarts are used up, gets new ones.'
  static override examples = ['<%= config.bin %> <%= command.id %> p_7f developer']
  static override args = {
    project: Args.string({description: 'Id, prefix of an id, or name.', required: true}),
    role: Args.string({description: 'Whose.', required: true}),
  }

  async run(): Promise<void> {
    const {args} = await this.parse(AgentRestart)
    const agent = await (await this.supervisor()).call<{role: string}>('agent.restart', {...args})
    this.answer(agent, () => this.log(`${agent.role} has ended and is being started again: orch agent show ${args.project} ${agent.role}`))
  }
}
