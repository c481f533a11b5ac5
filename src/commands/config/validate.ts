import {Flags} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'
import {configContext} from '../../view/config-context.js'

export default class ConfigValidate extends OrchCommand {
  static override description = 'Check the configuration: every layer, with file and line.'
  static override examples = ['<%= config.bin %> <%= command.id %>']
  static override flags = {project: Flags.string({char: 'p', description: 'Folder in the repository.', helpValue: 'DIR'})}

  async run(): Promise<void> {
    const {flags} = await this.parse(ConfigValidate)
    const {warnings} = await (await this.supervisor()).call<{warnings: string[]}>('config.show', configContext(flags.project))
    this.answer({valid: true, warnings}, () => this.log(['The configuration is valid.', ...warnings].join('\n')))
  }
}
