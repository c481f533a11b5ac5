import {Args, Flags} from '@oclif/core'
import {EXIT, OrchError, parseDuration} from '@orch/plugin-kit'
import {OrchCommand} from '@orch/plugin-kit/command'
import {readInput} from '../view/read-input.js'
import {receiptLines, sendRequest, type Receipt} from '../view/send-request.js'

export default class Send extends OrchCommand {
  static override description = 'Send a message to an agent, to several (a,b), or to all. orch keeps it until the agent can take it.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> developer "The interface has changed, see src/api.ts"',
    '<%= config.bin %> <%= command.id %> p_7f:tester --file notes.md --wait',
    '<%= config.bin %> <%= command.id %> all --priority low "The tests run in half the time now"',
    'git diff | <%= config.bin %> <%= command.id %> code-reviewer -',
    '<%= config.bin %> <%= command.id %> developer --command /compact',
  ]
  static override args = {to: Args.string({description: 'Role, PROJECT:ROLE, several with commas, or all.', required: true})}
  static override flags = {
    file: Flags.string({description: 'Send what this file holds; - is standard input.', helpValue: 'FILE'}),
    priority: Flags.string({
      description: 'low may be given together with others, urgent goes before everything that waits.',
      options: ['low', 'normal', 'high', 'urgent'],
      default: 'normal',
    }),
    'reply-to': Flags.string({description: 'The message or request this answers.', helpValue: 'ID'}),
    expires: Flags.string({description: 'Give it up when it could not be given in this time.', helpValue: 'TIME'}),
    command: Flags.boolean({default: false, description: "The text is a slash command for the agent's own program."}),
    project: Flags.string({description: 'Which project, when there are several.'}),
    wait: Flags.boolean({
      default: false,
      description: "Wait for the agent's own receipt; without one the exit code is 75, or 1 when it is dead.",
    }),
    timeout: Flags.string({description: 'How long to wait.', default: '5m', dependsOn: ['wait']}),
  }

  static override strict = false

  async run(): Promise<void> {
    const {args, argv, flags} = await this.parse(Send)
    const text = await this.#text(argv.slice(1) as string[], flags.file)
    const request = sendRequest({
      to: args.to,
      text,
      priority: flags.priority,
      command: flags.command,
      project: flags.project,
      replyTo: flags['reply-to'],
      expiresMs: flags.expires === undefined ? undefined : parseDuration(flags.expires, '--expires'),
      waitMs: flags.wait ? parseDuration(flags.timeout, '--timeout') : 0,
    })
    const receipts = await (await this.supervisor()).call<Receipt[]>('message.send', request, {idempotent: true})
    this.answer(receipts.length === 1 ? receipts[0] : receipts, () => this.log(receiptLines(receipts).join('\n')))
    if (flags.wait) process.exitCode = exitOf(receipts)
  }

  async #text(words: readonly string[], file: string | undefined): Promise<string> {
    if (file !== undefined) return readInput(file)
    if (words.length === 1 && words[0] === '-') return readInput('-')
    if (words.length === 0) throw new OrchError('ORCH_USAGE', {what: 'There is no message.', hint: 'orch send ROLE "text", or --file FILE'})
    return words.join(' ')
  }
}

/** Success is a receipt of everybody; nothing else. */
function exitOf(receipts: readonly Receipt[]): number {
  if (receipts.every(({state}) => state === 'acknowledged')) return EXIT.ok
  return receipts.some(({state}) => state === 'dead' || state === 'expired') ? EXIT.failed : EXIT.tryLater
}
