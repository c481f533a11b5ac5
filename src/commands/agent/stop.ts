import {Args} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'
import type {AgentStatus} from '../../services/status.js'

export default class AgentStop extends OrchCommand {
  static override description = 'End one agent; its branch, worktree and window stay. A project that waits for its work is then blocked.'
  static override examples = ['<%= config.bin %> <%= command.id %> p_7f developer']
  static override args = {
    project: Args.string({description: 'Id, prefix of an id, or name.', required: true}),
    role: Args.string({description: 'Which.', required: true}),
  }

  async run(): Promise<void> {
    const {args} = await this.parse(AgentStop)
    const agent = await (await this.supervisor()).call<AgentStatus>('agent.stop', {...args})
    this.answer(agent, () => this.log(`${agent.role} is ${agent.state}.`))
  }
}
