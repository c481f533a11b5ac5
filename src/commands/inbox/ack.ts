import {Args} from '@oclif/core'
import {OrchError} from '@orch/plugin-kit'
import {OrchCommand} from '@orch/plugin-kit/command'
import type {Message} from '../../domain/model/message.js'

export default class InboxAck extends OrchCommand {
  static override description = 'Mark a message of the calling agent as read without printing it.'
  static override examples = ['<%= config.bin %> <%= command.id %> m_4k']
  static override args = {id: Args.string({description: 'Id, or a prefix of it.', required: true})}

  async run(): Promise<void> {
    const {args} = await this.parse(InboxAck)
    const messages = await (await this.supervisor()).call<Message[]>('message.read', {id: args.id}, {idempotent: true})
    if (messages.length === 0) throw new OrchError('ORCH_NOT_FOUND', {what: 'message of yours', name: args.id})
    this.answer(
      messages.map(({id, readAt}) => ({id, readAt})),
      () => this.log(messages.map(({id}) => `${id} read`).join('\n')),
    )
  }
}
