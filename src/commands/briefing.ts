import {Args, Flags} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'
import {configContext} from '../view/config-context.js'

export default class Briefing extends OrchCommand {
  static override description = 'Show the briefing of a role.'
  static override examples = ['<%= config.bin %> <%= command.id %> developer']
  static override args = {role: Args.string({description: 'Key of the role.', required: true})}
  static override flags = {project: Flags.string({char: 'p', description: 'Folder whose own templates count too.', helpValue: 'DIR'})}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Briefing)
    const {text} = await (await this.supervisor()).call<{text: string}>('briefing.show', {...configContext(flags.project), role: args.role})
    this.answer({text}, () => this.log(text))
  }
}
