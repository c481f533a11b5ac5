import {Args} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'
import type {AgentStatus} from '../../services/status.js'
import {agentCells} from '../../view/status-view.js'
import {table} from '../../view/text.js'

export default class AgentList extends OrchCommand {
  static override description = 'List the agents of a project.'
  static override examples = ['<%= config.bin %> <%= command.id %> p_7f']
  static override args = {project: Args.string({description: 'Id, prefix of an id, or name.'})}

  async run(): Promise<void> {
    const {args} = await this.parse(AgentList)
    const agents = await (await this.supervisor()).call<AgentStatus[]>('agent.list', {...args})
    this.answer(agents, () => this.log(table(agents.map((agent) => agentCells(agent, Date.now()))).join('\n')))
  }
}
