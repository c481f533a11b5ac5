import {parseDuration} from '@orch/plugin-kit'
import {Flags} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'
import {newId} from '../../view/new-id.js'
import type {CheckIn} from '../../domain/model/check-in.js'

export default class CheckinAdd extends OrchCommand {
  static override description = 'Schedule a note to an agent: inside an agent to itself, from a shell to any role.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --in 10m --note "Look at the build"',
    '<%= config.bin %> <%= command.id %> --every 30m --note "Merge the integration branch" --role developer',
  ]
  static override flags = {
    every: Flags.string({description: 'Again and again, 5m at the shortest.', helpValue: 'TIME', exclusive: ['in']}),
    in: Flags.string({description: 'Once, after this time.', helpValue: 'TIME'}),
    note: Flags.string({char: 'n', description: 'What is said then.', required: true}),
    role: Flags.string({description: 'For which agent, from a shell.'}),
    project: Flags.string({description: 'Which project, when there are several.'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(CheckinAdd)
    const request = {
      id: newId('s'),
      note: flags.note,
      ...(flags.every === undefined ? {} : {everyMs: parseDuration(flags.every, '--every')}),
      ...(flags.in === undefined ? {} : {inMs: parseDuration(flags.in, '--in')}),
      ...(flags.role === undefined ? {} : {role: flags.role}),
      ...(flags.project === undefined ? {} : {project: flags.project}),
    }
    const checkIn = await (await this.supervisor()).call<CheckIn>('checkin.add', request, {idempotent: true})
    this.answer(checkIn, () => this.log(`${checkIn.id} at ${new Date(checkIn.nextAt).toLocaleTimeString()}`))
  }
}
