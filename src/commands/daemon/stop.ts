import {OrchCommand} from '@orch/plugin-kit/command'
import {stopRunning} from '../../view/stop-running.js'

export default class DaemonStop extends OrchCommand {
  static override description = 'Stop the supervisor. Agents live on; the next command that needs it starts it again.'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<void> {
    await this.parse(DaemonStop)
    const stopped = await stopRunning(await this.supervisor())
    this.answer({stopped}, () => this.log(stopped ? 'The supervisor has stopped.' : 'No supervisor runs.'))
  }
}
