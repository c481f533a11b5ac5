import {OrchError, parseDuration} from '@orch/plugin-kit'
import {Args, Flags, OrchCommand} from '@orch/plugin-kit/command'
import {CONTRACT} from '../../contract.js'
import {portNumber} from '../../port-number.js'
import {describeHolder, portLines} from '../../view.js'
import type {PortStatus} from '../../port-commands/port-status.js'

export default class PortWait extends OrchCommand {
  static override description =
    'Wait until an agent could start on a port: the port is free, no start is under way, and no wait after a kill is left. Exits 75 at the time-out.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> 3001 --timeout 5m --json']
  static override args = {port: Args.string({description: 'Default: CLAUDE_OAUTH_PORT, else 3000.'})}
  static override flags = {
    timeout: Flags.string({default: `${CONTRACT.exitBudgetMs / 1_000}s`, description: 'How long to wait at most: 90s, 5m, 2h.'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(PortWait)
    const port = args.port === undefined ? (portNumber(process.env['CLAUDE_OAUTH_PORT']) ?? CONTRACT.defaultPort) : portNumber(args.port)
    if (port === null) throw new OrchError('ORCH_USAGE', {what: `${args.port} is not a port.`, hint: 'A port is a number from 1 to 65535.'})
    const timeoutMs = parseDuration(flags.timeout, '--timeout')
    const client = await this.supervisor()
    type Line = PortStatus & {done: boolean; waitedMs: number}
    let last: Line | undefined
    for await (const line of client.stream<Line>('port.wait', {port, timeoutMs})) {
      last = line
      if (!line.done && !this.wantsJson) this.logToStderr(portLines(line, Date.now()).join('\n'))
    }
    if (!last?.done) throw busy(port, timeoutMs / 1_000, last)
    const {waitedMs} = last
    this.answer(last, () => this.log(`Port ${port} can be used (after ${(waitedMs / 1_000).toFixed(1)} s).`))
  }
}

function busy(port: number, seconds: number, last: PortStatus | undefined): OrchError {
  const why = !last
    ? 'the supervisor stopped'
    : !last.free
      ? `it is still held after ${seconds} s`
      : last.leasedTo
        ? `${last.leasedTo.role ?? last.leasedTo.agent} is still starting on it after ${seconds} s`
        : `the floor after a kill lasts longer than ${seconds} s`
  return new OrchError('ORCH_PORT_BUSY', {port, why, holder: last && !last.free ? describeHolder(last.holder) : 'no process listens'})
}
