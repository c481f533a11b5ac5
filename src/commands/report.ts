import {Args} from '@oclif/core'
import {fitted} from '../view/fit.js'
import {reportLines, type Report as ReportAnswer} from '../view/report-view.js'
import {ProjectCommand} from '../view/project-command.js'
import {GUESSED} from '../view/named-project.js'

export default class Report extends ProjectCommand {
  static override description = 'Show the result of a project: claims, evidence, merges, and where the work is.'
  static override examples = ['<%= config.bin %> <%= command.id %> p_7f']
  static override args = {project: Args.string({description: GUESSED})}

  async run(): Promise<void> {
    const {args} = await this.parse(Report)
    const report = await (await this.supervisor()).call<ReportAnswer>('project.report', this.named(args.project))
    this.answer(report, () => this.log(fitted(reportLines(report, Date.now())).join('\n')))
  }
}
