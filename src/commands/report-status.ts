import {Args} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'

export default class ReportStatus extends OrchCommand {
  static override description = 'Report progress on a topic. orch records it and passes it to the hub of the team without interrupting.'
  static override examples = ['<%= config.bin %> <%= command.id %> parser "half done, tables are missing"']
  static override args = {topic: Args.string({required: true}), status: Args.string({required: true})}

  async run(): Promise<void> {
    const {args} = await this.parse(ReportStatus)
    const report = await (await this.supervisor()).call('report.status', {...args}, {idempotent: true})
    this.answer(report, () => this.log('Recorded.'))
  }
}
