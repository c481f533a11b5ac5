import {Args} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'
import {readable} from '../../view/readable.js'

export default class AgentShow extends OrchCommand {
  static override description = 'Show one agent, whole.'
  static override examples = ['<%= config.bin %> <%= command.id %> p_7f developer']
  static override args = {
    project: Args.string({description: 'Id, prefix of an id, or name.', required: true}),
    role: Args.string({description: 'Whose.', required: true}),
  }

  async run(): Promise<void> {
    const {args} = await this.parse(AgentShow)
    const agent = await (await this.supervisor()).call<object>('agent.show', {...args})
    this.answer(agent, () => this.log(readable(agent)))
  }
}
