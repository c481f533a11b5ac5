import {ANSWER_ARGS, ANSWER_FLAGS, AnswerCommand} from '../view/answer-command.js'

export default class Deny extends AnswerCommand {
  static override description =
    'Deny a request made with `orch ask`. The asker gets a message. A person answers only from a terminal outside any agent.'
  static override args = ANSWER_ARGS
  static override flags = ANSWER_FLAGS

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Deny)
    await this.settle('denied', args.id, flags.reason)
  }
}
