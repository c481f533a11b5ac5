import {Args} from '@oclif/core'
import type {Message} from '../domain/message.js'
import {oneLine, table} from '../view/text.js'
import {ProjectCommand} from '../view/project-command.js'
import {GUESSED} from '../view/named-project.js'

export default class Messages extends ProjectCommand {
  static override description = 'List the messages of a project with their states.'
  static override examples = ['<%= config.bin %> <%= command.id %> p_7f']
  static override args = {project: Args.string({description: GUESSED})}

  async run(): Promise<void> {
    const {args} = await this.parse(Messages)
    const client = await this.supervisor()
    const messages = await client.call<Message[]>('message.list', this.named(args.project))
    const agents = await client.call<{id: string; role: string}[]>('agent.list', this.named(args.project))
    const roleOf = (id: string) => agents.find((agent) => agent.id === id)?.role ?? id
    this.answer(messages, () => {
      this.log(
        table(
          messages.map(({id, sender, to, state, heldBy, reason, text}) => [
            id,
            `${sender} → ${roleOf(to)}`,
            heldBy ? `${state} (held by ${heldBy})` : reason ? `${state} (${reason})` : state,
            oneLine(text, 90),
          ]),
        ).join('\n') || 'There is none.',
      )
    })
  }
}
