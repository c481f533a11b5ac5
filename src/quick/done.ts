import {parseArgs} from 'node:util'
import {claimLine, claimOf} from '../view/claim-view.js'
import type {QuickCommand} from './quick-command.js'

const OPTIONS = {
  json: {type: 'boolean'},
  message: {type: 'string', short: 'm', default: ''},
  evidence: {type: 'string', short: 'e', multiple: true, default: []},
} as const

/** `orch done MESSAGE`, which an agent owes. @param args behind the command's name */
export function quickDone(args: string[]): QuickCommand {
  const {values, positionals} = parseArgs({
    args,
    options: {...OPTIONS, evidence: {...OPTIONS.evidence, default: []}},
    allowPositionals: true,
  })
  const claim = claimOf(positionals, values)
  return {
    json: values.json ?? false,
    run: async (client) => {
      const answer = await client.call<{waitsFor: string | null}>('claim.done', claim, {idempotent: true})
      return {data: answer, lines: () => [claimLine(answer.waitsFor)]}
    },
  }
}
