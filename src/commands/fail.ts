import {OrchError} from '@orch/plugin-kit'
import {Args} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'

export default class Fail extends OrchCommand {
  static override description = 'Report that you cannot do your work, and why. orch asks a person.'
  static override examples = ['<%= config.bin %> <%= command.id %> "The specification contradicts itself in section 3"']
  static override args = {reason: Args.string({required: true})}
  static override strict = false

  async run(): Promise<void> {
    const {argv} = await this.parse(Fail)
    const reason = (argv as string[]).join(' ').trim()
    if (reason === '') throw new OrchError('ORCH_USAGE', {what: 'There is no reason.', hint: 'orch fail "why"'})
    const answer = await (await this.supervisor()).call('claim.fail', {reason}, {idempotent: true})
    this.answer(answer, () => this.log('Recorded. A person will look at it.'))
  }
}
