import {Args, Flags} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'
import type {AgentStatus} from '../../services/status.js'

export default class AgentRestart extends OrchCommand {
  static override description = 'Start an agent again, in its conversation; with --fresh in a new one that begins with its notes.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> p_7f developer',
    '<%= config.bin %> <%= command.id %> p_7f developer --fresh',
  ]
  static override args = {
    project: Args.string({description: 'Id, prefix of an id, or name.', required: true}),
    role: Args.string({description: 'Which.', required: true}),
  }
  static override flags = {fresh: Flags.boolean({default: false, description: 'In a new conversation, with the notes it kept.'})}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(AgentRestart)
    const agent = await (await this.supervisor()).call<AgentStatus>('agent.restart', {...args, fresh: flags.fresh})
    this.answer(agent, () =>
      this.log(
        `${agent.role} is ${agent.state === 'planned' ? 'being started again' : agent.state}${flags.fresh ? ' in a fresh conversation' : ''}.`,
      ),
    )
  }
}
