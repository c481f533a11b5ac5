import {Flags} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'
import {newId} from '../view/new-id.js'

export default class Done extends OrchCommand {
  static override description = 'Claim that your work is done. Orch checks it: commits, clean tree, acceptance commands.'
  static override examples = ['<%= config.bin %> <%= command.id %> --message "The parser and its tests are in place"']
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
    const {flags} = await this.parse(Done)
    const answer = await (
      await this.supervisor()
    ).call('claim.done', {message: flags.message, evidence: flags.evidence, key: newId('c')}, {idempotent: true})
    this.answer(answer, () => this.log('Recorded. Orch checks it now; if it does not hold you will hear why.'))
  }
}
