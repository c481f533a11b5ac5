import {Flags} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'
import {configContext} from '../../view/config-context.js'

export default class TeamValidate extends OrchCommand {
  static override description = "Check every team template: the built-in ones, those of plugins, yours and the project's."
  static override examples = ['<%= config.bin %> <%= command.id %>']
  static override flags = {project: Flags.string({char: 'p', description: 'Folder in the repository.', helpValue: 'DIR'})}

  async run(): Promise<void> {
    const {flags} = await this.parse(TeamValidate)
    const {templates, roles} = await (
      await this.supervisor()
    ).call<{templates: number; roles: number}>('team.validate', configContext(flags.project))
    this.answer({templates, roles}, () => this.log(`${templates} templates and ${roles} roles are valid.`))
  }
}
