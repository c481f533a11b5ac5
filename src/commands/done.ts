import {Args, Flags} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'
import {claimLine, claimOf} from '../view/claim-view.js'

export default class Done extends OrchCommand {
  static override description = 'Claim that your work is done. orch checks commits, a clean tree and the acceptance commands.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> "The parser and its tests are in place"',
    '<%= config.bin %> <%= command.id %> --message "The parser and its tests are in place" --evidence "npm test"',
  ]
  static override args = {message: Args.string({description: 'What was done; instead of --message.'})}
  static override strict = false
  static override flags = {
    message: Flags.string({char: 'm', description: 'What was done.', default: ''}),
    evidence: Flags.string({
      char: 'e',
      description: 'What shows it; may be given again.',
      multiple: true,
      multipleNonGreedy: true,
      default: [],
    }),
  }

  async run(): Promise<void> {
    const {argv, flags} = await this.parse(Done)
    const claim = claimOf(argv as string[], flags)
    const answer = await (await this.supervisor()).call<{waitsFor: string | null}>('claim.done', claim, {idempotent: true})
    this.answer(answer, () => this.log(claimLine(answer.waitsFor)))
  }
}
