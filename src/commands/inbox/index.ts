import {OrchCommand} from '@orch/plugin-kit/command'
import {oneLine, table} from '../../view/format.js'
import type {Message} from '../../domain/model/message.js'

export default class Inbox extends OrchCommand {
  static override description = 'List the messages of the calling agent.'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  static override aliases = ['inbox:list']

  async run(): Promise<void> {
    await this.parse(Inbox)
    const messages = await (await this.supervisor()).call<Message[]>('message.inbox')
    this.answer(messages, () =>
      this.log(
        table(messages.map(({id, sender, readAt, text}) => [id, sender, readAt === null ? 'unread' : 'read', oneLine(text, 100)])).join(
          '\n',
        ) || 'There is none.',
      ),
    )
  }
}
