import {Flags} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'
import {configContext} from '../../view/config-context.js'
import type {TeamTemplateSummary} from '@orch/plugin-kit'
import {table} from '../../view/format.js'

export default class TeamList extends OrchCommand {
  static override description = 'List the team templates with their sources.'
  static override examples = ['<%= config.bin %> <%= command.id %>']
  static override flags = {project: Flags.string({char: 'p', description: 'Folder in the repository.', helpValue: 'DIR'})}

  async run(): Promise<void> {
    const {flags} = await this.parse(TeamList)
    const teams = await (await this.supervisor()).call<TeamTemplateSummary[]>('team.list', configContext(flags.project))
    this.answer(teams, () =>
      this.log(
        table(
          teams.map(({name, source, roles, optional}) => [name, source, [...roles, ...optional.map((role) => `(${role})`)].join(', ')]),
        ).join('\n'),
      ),
    )
  }
}
