import {Args} from '@oclif/core'
import type {AgentStatus} from '../../services/status/status.js'
import {agentCells} from '../../view/status-view.js'
import {table} from '../../view/format.js'
import {ProjectCommand} from '../../view/project-command.js'
import {GUESSED} from '../../view/named-project.js'

export default class AgentList extends ProjectCommand {
  static override description = 'List the agents of a project.'
  static override examples = ['<%= config.bin %> <%= command.id %> p_7f']
  static override args = {project: Args.string({description: GUESSED})}

  async run(): Promise<void> {
    const {args} = await this.parse(AgentList)
    const agents = await (await this.supervisor()).call<AgentStatus[]>('agent.list', this.named(args.project))
    this.answer(agents, () => this.log(table(agents.map((agent) => agentCells(agent, Date.now()))).join('\n')))
  }
}
