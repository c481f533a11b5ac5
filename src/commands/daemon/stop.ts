import {OrchCommand} from '@orch/plugin-kit/command'
import {stopForGood, stoppedText} from '../../view/stop-running.js'

export default class DaemonStop extends OrchCommand {
  static override description =
    "Stop the supervisor, even if it does not answer. Agents keep running. Only a person's next command starts it again."
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<void> {
    await this.parse(DaemonStop)
    const stopped = await stopForGood(await this.supervisor(), this.config)
    this.answer({stopped: stopped.how !== 'none', ...stopped}, () => this.log(stoppedText(stopped)))
  }
}
