import {parseArgs} from 'node:util'
import {hasCode} from '@orch/plugin-kit'
import type {Status} from '../services/status/status.js'
import {fitted} from '../view/fit.js'
import {statusLines} from '../view/status-view.js'
import type {QuickCommand} from './quick-command.js'

/** `orch status [PROJECT] [--all]`, as long as a supervisor answers. @param args behind the command's name */
export function quickStatus(args: string[]): QuickCommand | null {
  const options = {json: {type: 'boolean'}, all: {type: 'boolean', short: 'a'}} as const
  const {values, positionals} = parseArgs({args, options, allowPositionals: true})
  const [project, ...more] = positionals
  if (more.length > 0) return null
  const params = {...(project === undefined ? {} : {project}), ...(values.all ? {all: true} : {})}
  return {
    json: values.json ?? false,
    run: async (client) => {
      const status = await client.peek<Status>('status.get', params).catch((error: unknown) => {
        if (hasCode(error, 'ORCH_SUPERVISOR')) return null
        throw error
      })
      return status && {data: status, lines: () => fitted(statusLines(status, Date.now()))}
    },
  }
}
