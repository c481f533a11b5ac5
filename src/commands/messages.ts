import {Args} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'
import type {Message} from '../domain/message.js'
import {oneLine, table} from '../view/text.js'

export default class Messages extends OrchCommand {
  static override description = 'List the messages of a project with their states.'
  static override examples = ['<%= config.bin %> <%= command.id %> p_7f']
  static override args = {project: Args.string({description: 'Id, prefix of an id, or name.'})}

  async run(): Promise<void> {
    const {args} = await this.parse(Messages)
    const client = await this.supervisor()
    const messages = await client.call<Message[]>('message.list', {...args})
    const agents = await client.call<{id: string; role: string}[]>('agent.list', {...args})
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
