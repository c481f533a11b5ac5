import {OrchCommand} from '@orch/plugin-kit/command'
import {replaceRunning} from '../../view/replace-running.js'
import {stoppedText} from '../../view/stop-running.js'

export default class DaemonRestart extends OrchCommand {
  static override description = `Restart the supervisor with the plugins as they are now. Agents keep running.

One that answers goes on when it could not start again, for instance with a broken configuration.`
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<void> {
    await this.parse(DaemonRestart)
    const client = await this.supervisor()
    const stopped = await replaceRunning({client, config: this.config})
    const hello = await client.call<{pid: number}>('system.hello')
    this.answer({...hello, stopped}, () => {
      if (stopped.how === 'terminated' || stopped.how === 'killed') this.log(stoppedText(stopped))
      this.log(`The supervisor runs (pid ${hello.pid}).`)
    })
  }
}
