import {Args, Flags} from '@oclif/core'
import {OrchError} from '@orch/plugin-kit'
import {OrchCommand} from '@orch/plugin-kit/command'
import {newId} from '../view/new-id.js'

export default class Done extends OrchCommand {
  static override description = 'Claim that your work is done. Orch checks it: commits, clean tree, acceptance commands.'
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
    const words = (argv as string[]).join(' ').trim()
    if (words !== '' && flags.message !== '')
      throw new OrchError('ORCH_USAGE', {what: 'The message is given twice.', hint: 'orch done "what was done"'})
    const claim = {message: words || flags.message, evidence: flags.evidence, key: newId('c')}
    const answer = await (await this.supervisor()).call<{waitsFor: string | null}>('claim.done', claim, {idempotent: true})
    this.answer(answer, () => this.log(`Recorded. ${whatFollows(answer.waitsFor)}`))
  }
}

function whatFollows(waitsFor: string | null): string {
  if (waitsFor === null) return 'Orch checks it now; if it does not hold you will hear why.'
  return `Orch checks it after ${waitsFor} has ended. If you are a subagent: only the agent itself claims; report to it instead.`
}
