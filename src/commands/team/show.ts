import {Args, Flags} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'
import {configContext} from '../../view/config-context.js'
import {readable} from '../../view/readable.js'

export default class TeamShow extends OrchCommand {
  static override description = 'Show all details of a team template or role.'
  static override examples = ['<%= config.bin %> <%= command.id %> code-project', '<%= config.bin %> <%= command.id %> developer']
  static override args = {name: Args.string({description: 'Name of a template, or key of a role.', required: true})}
  static override flags = {project: Flags.string({char: 'p', description: 'Folder in the repository.', helpValue: 'DIR'})}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(TeamShow)
    const found = await (await this.supervisor()).call<object>('team.show', {...configContext(flags.project), name: args.name})
    this.answer(found, () => this.log(readable(found)))
  }
}
