import {Args, Flags} from '@oclif/core'
import {EXIT} from '@orch/plugin-kit'
import {OrchCommand} from '@orch/plugin-kit/command'
import {parseDuration} from '../view/parse-duration.js'

export default class Ask extends OrchCommand {
  static override description = 'Ask another agent a question and wait for what it answers with `orch send`.'
  static override examples = ['<%= config.bin %> <%= command.id %> project-manager "May I change the schema?" --timeout 15m']
  static override args = {to: Args.string({description: 'Role.', required: true}), question: Args.string({required: true})}
  static override flags = {
    timeout: Flags.string({description: 'How long to wait.', default: '15m'}),
    default: Flags.string({description: 'The answer when none comes in time.', helpValue: 'TEXT'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Ask)
    const timeoutMs = parseDuration(flags.timeout, '--timeout')
    const {id, answer} = await (await this.supervisor()).call<{id: string; answer: string | null}>('message.ask', {...args, timeoutMs})
    const given = answer ?? flags.default ?? null
    this.answer({id, answer: given, answered: answer !== null}, () => this.log(given ?? 'No answer came in time.'))
    if (given === null) process.exitCode = EXIT.tryLater
  }
}
