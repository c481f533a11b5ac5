import {messageOf, type CheckResult, type DoctorCheck} from '@orch/plugin-kit'
import type {OauthParts} from './compose.js'
import {personFile, personServers} from './mcp/discovery.js'
import {transportOf} from './mcp/transport.js'
import {portNumber} from './port-number.js'

/** What `orch doctor` says of the OAuth port and the ledger. */
export function oauthChecks(
  {ledger, observer, holders, settings}: Pick<OauthParts, 'ledger' | 'observer' | 'holders' | 'settings'>,
  env: NodeJS.ProcessEnv = process.env,
): DoctorCheck[] {
  const checkPort = async (port: number): Promise<CheckResult> => {
    const name = `oauth port ${port}`
    try {
      const listeners = await observer.listeners(port)
      if (listeners.length === 0) return {name, verdict: 'ok', what: 'free'}
      const {pid, command, cwd} = await holders.find(listeners)
      return {
        name,
        verdict: 'note',
        what: `in use by ${command ?? 'a process of another user'}${pid === null ? '' : ` (pid ${pid}, in ${cwd ?? 'an unknown folder'})`}`,
        remedy: 'Starts of agents wait for it. End it, or name another port with CLAUDE_OAUTH_PORT.',
      }
    } catch (error) {
      return {name, verdict: 'failed', what: `cannot be observed: ${messageOf(error)}`}
    }
  }
  const checkLedger = async (port: number): Promise<CheckResult> => {
    const name = `oauth ledger, port ${port}`
    try {
      const {lease} = await ledger.history(port)
      if (!lease || (await ledger.holderAlive(port))) return {name, verdict: 'ok', what: 'readable'}
      return {
        name,
        verdict: 'note',
        what: `port ${port} is leased to agent ${lease.agent} (run ${lease.run}) by a supervisor that has ended`,
        remedy: 'Start that supervisor again: it continues the start or releases the port.',
      }
    } catch (error) {
      return {name, verdict: 'failed', what: messageOf(error)}
    }
  }
  const run = async () => {
    const {ports, port} = settings()
    const pool = ports.length > 0 ? ports : [portNumber(process.env['CLAUDE_OAUTH_PORT']) ?? port]
    return [...(await Promise.all(pool.map(checkPort))), ...(await Promise.all(pool.map(checkLedger)))]
  }
  return [
    {name: 'oauth', run},
    {name: 'mcp', run: () => checkServers(env)},
  ]
}

/** The person's own servers, read and not started: whether they answer is asked before each start. */
async function checkServers(env: NodeJS.ProcessEnv): Promise<CheckResult[]> {
  const name = 'mcp servers'
  const defined = Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined))
  const file = personFile(defined)
  const {servers, problem} = await personServers(file)
  if (problem) return [{name, verdict: 'failed', what: `${file} ${problem}`, remedy: 'Fix the file: agents start without its MCP servers.'}]
  const broken = servers.flatMap((server) => {
    const transport = transportOf(server.config, defined)
    return transport.kind === 'broken' ? [`${server.name} ${transport.why}`] : []
  })
  if (broken.length > 0) return [{name, verdict: 'note', what: broken.join('; '), remedy: `Correct the entries in ${file}.`}]
  const names = servers.map((server) => server.name)
  return [{name, verdict: 'ok', what: names.length === 0 ? `none of your own in ${file}` : `${names.join(', ')} (asked before each start)`}]
}
