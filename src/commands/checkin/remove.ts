import {Args, Flags} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'

export default class CheckinRemove extends OrchCommand {
  static override description = 'Remove a scheduled check-in. The check-in that orch keeps for each working agent stays.'
  static override examples = ['<%= config.bin %> <%= command.id %> s_4k']
  static override args = {id: Args.string({description: 'Id, or a prefix of it.', required: true})}
  static override flags = {project: Flags.string({description: 'Which project, when there are several.'})}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(CheckinRemove)
    const removed = await (
      await this.supervisor()
    ).call<{removed: string}>('checkin.remove', {...args, ...(flags.project === undefined ? {} : {project: flags.project})})
    this.answer(removed, () => this.log(`${removed.removed} is removed.`))
  }
}
