import {Args} from '@oclif/core'
import {OrchError} from '@orch/plugin-kit'
import {OrchCommand} from '@orch/plugin-kit/command'
import type {Message} from '../../domain/model/message.js'

export default class InboxRead extends OrchCommand {
  static override description = 'Print a message of the calling agent and mark it as read.'
  static override examples = ['<%= config.bin %> <%= command.id %> m_4k']
  static override args = {id: Args.string({description: 'Id, or a prefix of it.', required: true})}

  async run(): Promise<void> {
    const {args} = await this.parse(InboxRead)
    const messages = await (await this.supervisor()).call<Message[]>('message.read', {id: args.id})
    if (messages.length === 0) throw new OrchError('ORCH_NOT_FOUND', {what: 'message of yours', name: args.id})
    this.answer(messages, () => this.log(messages.map(({sender, text}) => `From ${sender}:\n${text}`).join('\n\n')))
  }
}
