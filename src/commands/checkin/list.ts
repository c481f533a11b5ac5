import {Args} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'
import {duration, oneLine, table} from '../../view/format.js'
import type {CheckIn} from '../../domain/model/check-in.js'

export default class CheckinList extends OrchCommand {
  static override description = 'List scheduled check-ins: inside an agent its own, from a shell those of a project.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> p_7f']
  static override args = {project: Args.string({description: 'Id, prefix of an id, or name.'})}

  async run(): Promise<void> {
    const {args} = await this.parse(CheckinList)
    const checkIns = await (await this.supervisor()).call<(CheckIn & {role: string})[]>('checkin.list', {...args})
    this.answer(checkIns, () =>
      this.log(
        table(
          checkIns.map(({id, role, everyMinutes, nextAt, note, by}) => [
            id,
            role,
            everyMinutes === null ? 'once' : `every ${everyMinutes} min`,
            nextAt === 0 ? 'when the team is ready' : `in ${duration(nextAt - Date.now())}`,
            note === null ? `by ${by}, when nothing was heard` : oneLine(note),
          ]),
        ).join('\n') || 'There is none.',
      ),
    )
  }
}
