import {writeFile} from 'node:fs/promises'
import {resolve} from 'node:path'
import {Flags} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'
import {makePlan} from '../view/make-plan.js'
import {planLines} from '../view/plan-view.js'
import {runLine} from '../view/run-line.js'
import {PLAN_FLAGS, RUN_ARGS, toRunRequest} from '../view/run-flags.js'

export default class Plan extends OrchCommand {
  static override description = 'Show the plan and the team for a specification, and start nothing.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> spec.md',
    '<%= config.bin %> <%= command.id %> spec.md --out plan.json && orch run spec.md --plan-file plan.json',
  ]
  static override args = RUN_ARGS
  static override flags = {...PLAN_FLAGS, out: Flags.string({char: 'o', description: 'Write the plan into this file.', helpValue: 'FILE'})}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Plan)
    const request = toRunRequest(args.spec, flags, process.cwd(), process.env, {needsAgent: false})
    const planned = await makePlan(await this.supervisor(), request, () => {})
    const file = flags.out === undefined ? planned.planFile : resolve(flags.out)
    if (flags.out !== undefined) await writeFile(file, `${JSON.stringify(planned.plan, null, 2)}\n`)
    const run = runLine(this.argv, file)
    this.answer({...planned, planFile: file, run}, () =>
      this.log([...planLines(planned), '', `Nothing was started. The plan is saved as`, `  ${file}`, 'To run it:', `  ${run}`].join('\n')),
    )
  }
}
