import {Args, Flags} from '@oclif/core'
import {EXIT, OrchError} from '@orch/plugin-kit'
import {OrchCommand} from '@orch/plugin-kit/command'
import {newMessageId} from '../view/new-message-id.js'
import {parseDuration} from '../view/parse-duration.js'
import {readInput} from '../view/read-input.js'

interface Receipt {
  readonly id: string
  readonly to: string
  readonly state: string
  readonly heldBy: string | null
}

export default class Send extends OrchCommand {
  static override description = 'Send a durable message to an agent, or to several (a,b). It is kept until the agent can take it.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> developer "The interface has changed, see src/api.ts"',
    '<%= config.bin %> <%= command.id %> p_7f:tester --file notes.md --wait',
  ]
  static override args = {to: Args.string({description: 'Role, PROJECT:ROLE, or several with commas.', required: true})}
  static override flags = {
    file: Flags.string({description: 'Send what this file holds; - is standard input.', helpValue: 'FILE'}),
    wait: Flags.boolean({default: false, description: "Wait for the agent's own receipt; without one the exit code is 75."}),
    timeout: Flags.string({description: 'How long to wait.', default: '5m', dependsOn: ['wait']}),
  }

  static override strict = false

  async run(): Promise<void> {
    const {args, argv, flags} = await this.parse(Send)
    const text = await this.#text(argv.slice(1) as string[], flags.file)
    const waitMs = flags.wait ? parseDuration(flags.timeout, '--timeout') : 0
    const client = await this.supervisor()
    const recipients = args.to.split(',').filter(Boolean)
    const receipts = await Promise.all(
      recipients.map((to) => client.call<Receipt>('message.send', {id: newMessageId(), to, text, waitMs}, {idempotent: true})),
    )
    this.answer(receipts.length === 1 ? receipts[0] : receipts, () => {
      for (const {id, state, heldBy} of receipts) this.log(`${id} ${state}${heldBy ? `, held by ${heldBy}` : ''}`)
    })
    if (flags.wait && receipts.some(({state}) => state !== 'acknowledged')) process.exitCode = EXIT.tryLater
  }

  async #text(words: readonly string[], file: string | undefined): Promise<string> {
    if (file !== undefined) return readInput(file)
    if (words.length === 1 && words[0] === '-') return readInput('-')
    if (words.length === 0) throw new OrchError('ORCH_USAGE', {what: 'There is no message.', hint: 'orch send ROLE "text", or --file FILE'})
    return words.join(' ')
  }
}
