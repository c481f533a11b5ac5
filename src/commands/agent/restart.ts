import {Flags} from '@oclif/core'
import type {AgentStatus} from '../../services/status/status.js'
import {AGENT_ARGS, ProjectCommand} from '../../view/project-command.js'
import {namedAgent} from '../../view/named-project.js'

export default class AgentRestart extends ProjectCommand {
  static override description = 'Restart an agent in its conversation; with --fresh, in a new one that begins with its notes.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> developer',
    '<%= config.bin %> <%= command.id %> p_7f developer',
    '<%= config.bin %> <%= command.id %> p_7f developer --fresh',
  ]
  static override usage = 'agent restart [PROJECT] ROLE [--fresh]'
  static override args = AGENT_ARGS
  static override flags = {fresh: Flags.boolean({default: false, description: 'In a new conversation, with the notes it kept.'})}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(AgentRestart)
    const client = await this.supervisor()
    const target = await namedAgent(client, args, this.here)
    const agent = await client.call<AgentStatus>('agent.restart', {...target, fresh: flags.fresh})
    this.answer(agent, () =>
      this.log(
        `${agent.role} is ${agent.state === 'planned' ? 'being started again' : agent.state}${flags.fresh ? ' in a fresh conversation' : ''}.`,
      ),
    )
  }
}
