import {Args, Flags} from '@oclif/core'
import {RunCommand} from '../view/run-command.js'
import {PLAN_FLAGS, START_FLAGS} from '../view/run-flags.js'

export default class Run extends RunCommand {
  static override description = `Plan a specification, ask for approval, and run a team until its merged work is verified.

In a terminal it follows to the end: Ctrl-C detaches and stops nothing. Without one it returns when the team is ready, unless --wait.
Of several specifications each becomes a project; all are planned before one question is asked, and none is started when one cannot be. The exit code is that of the worst outcome.
A specification whose project is not finished is not begun again: the call follows that project (--resume takes up one that was set aside, --fresh makes a new one).`
  static override examples = [
    '<%= config.bin %> <%= command.id %> spec.md',
    '<%= config.bin %> <%= command.id %> spec.md --project ../repo --accept "npm test" --yes --wait --json',
    '<%= config.bin %> <%= command.id %> api.md web.md --yes --deadline 18:30 --budget-usd 20',
    '<%= config.bin %> <%= command.id %> spec.md --agent rehearsal --roles developer,tester',
  ]

  static override args = {
    spec: Args.string({
      description: 'The specification: any text file, Markdown at best. Several make several projects.',
      required: true,
      multiple: true,
    }),
  }
  static override flags = {
    ...PLAN_FLAGS,
    ...START_FLAGS,
    resume: Flags.boolean({
      default: false,
      description: 'Take up the unfinished project of this specification instead of a new one.',
      exclusive: ['fresh'],
    }),
    fresh: Flags.boolean({default: false, description: 'A new project, though one of this specification is unfinished.'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Run)
    await this.runSpecs([args.spec].flat(), flags, this.settings(flags), flags.resume ? 'resume' : flags.fresh ? 'fresh' : 'follow')
  }
}
