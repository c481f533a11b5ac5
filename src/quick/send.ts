import {parseArgs} from 'node:util'
import {receiptLines, sendRequest, type Receipt} from '../view/send-request.js'
import type {QuickCommand} from './quick-command.js'

const OPTIONS = {
  json: {type: 'boolean'},
  command: {type: 'boolean'},
  priority: {type: 'string'},
  project: {type: 'string'},
  'reply-to': {type: 'string'},
} as const
const PRIORITIES = ['low', 'normal', 'high', 'urgent']

/** `orch send ROLE TEXT…`: agents send often. @param args behind the command's name */
export function quickSend(args: string[]): QuickCommand | null {
  const {values, positionals} = parseArgs({args, options: OPTIONS, allowPositionals: true})
  const [to, ...words] = positionals
  const {json = false, command, priority, project, 'reply-to': replyTo} = values
  const isStandardInput = words.length === 1 && words[0] === '-'
  if (to === undefined || words.length === 0 || isStandardInput || (priority !== undefined && !PRIORITIES.includes(priority))) return null
  const request = sendRequest({to, text: words.join(' '), command, priority, project, replyTo})
  return {
    json,
    run: async (client) => {
      const receipts = await client.call<Receipt[]>('message.send', request, {idempotent: true})
      return {data: receipts.length === 1 ? receipts[0] : receipts, lines: () => receiptLines(receipts)}
    },
  }
}
