import {Flags} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'
import {configContext} from '../../view/config-context.js'
import type {Detection} from '@orch/plugin-kit'

export default class TeamDetect extends OrchCommand {
  static override description = 'Show which team template fits a repository, and why.'
  static override examples = ['<%= config.bin %> <%= command.id %>']
  static override flags = {project: Flags.string({char: 'p', description: 'Folder in the repository.', helpValue: 'DIR'})}

  async run(): Promise<void> {
    const {flags} = await this.parse(TeamDetect)
    const found = await (await this.supervisor()).call<Detection>('team.detect', configContext(flags.project))
    this.answer(found, () =>
      this.log([`${found.template} (${Math.round(found.confidence * 100)} %)`, ...found.why.map((why) => `  ${why}`)].join('\n')),
    )
  }
}
