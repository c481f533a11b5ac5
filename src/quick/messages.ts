import {parseArgs} from 'node:util'
import {messageLines} from '../view/messages-view.js'
import {projectAt} from '../view/named-project.js'
import type {QuickCommand, QuickPlace} from './quick-command.js'
import type {Message} from '../domain/model/message.js'

/** `orch messages [PROJECT]`. @param args behind the command's name */
export function quickMessages(args: string[], place: QuickPlace): QuickCommand | null {
  const {values, positionals} = parseArgs({args, options: {json: {type: 'boolean'}}, allowPositionals: true})
  const [project = projectAt(place), ...more] = positionals
  if (more.length > 0) return null
  const named = project === undefined ? {} : {project}
  return {
    json: values.json ?? false,
    run: async (client) => {
      const messages = await client.call<Message[]>('message.list', named)
      const agents = await client.call<{id: string; role: string}[]>('agent.list', named)
      return {data: messages, lines: () => messageLines(messages, agents)}
    },
  }
}
