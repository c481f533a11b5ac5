import {OrchError} from '@orch/plugin-kit'
import {Args, OrchCommand} from '@orch/plugin-kit/command'
import {portNumber} from '../../port-number.js'
import {portLines} from '../../view.js'
import type {PortStatus as Answer} from '../../port-commands/port-status.js'

export default class PortStatus extends OrchCommand {
  static override description = 'Show each OAuth port: free or held, its holder, who starts on it, who waits, and what you can do.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> 3000 3001 --json']
  static override strict = false
  static override args = {
    port: Args.string({description: 'A port, or several. Default: those of the configuration, and all that an agent waits for.'}),
  }

  async run(): Promise<void> {
    const {argv} = await this.parse(PortStatus)
    const ports = (argv as string[]).map((word) => {
      const port = portNumber(word)
      if (port === null) throw new OrchError('ORCH_USAGE', {what: `${word} is not a port.`, hint: 'A port is a number from 1 to 65535.'})
      return port
    })
    const own = portNumber(process.env['CLAUDE_OAUTH_PORT'])
    const answer = await (await this.supervisor()).call<{ports: Answer[]}>('port.status', {ports, own})
    this.answer(answer, () => this.log(answer.ports.flatMap((each) => portLines(each, Date.now())).join('\n')))
  }
}
