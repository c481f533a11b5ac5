import {Args} from '@oclif/core'
import {messageLines} from '../view/messages-view.js'
import {ProjectCommand} from '../view/project-command.js'
import {GUESSED} from '../view/named-project.js'
import type {Message} from '../domain/model/message.js'

export default class Messages extends ProjectCommand {
  static override description = 'List the messages of a project with their states.'
  static override examples = ['<%= config.bin %> <%= command.id %> p_7f']
  static override args = {project: Args.string({description: GUESSED})}

  async run(): Promise<void> {
    const {args} = await this.parse(Messages)
    const client = await this.supervisor()
    const messages = await client.call<Message[]>('message.list', this.named(args.project))
    const agents = await client.call<{id: string; role: string}[]>('agent.list', this.named(args.project))
    this.answer(messages, () => this.log(messageLines(messages, agents).join('\n')))
  }
}
