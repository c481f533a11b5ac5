import {Args} from '@oclif/core'
import {OrchError} from '@orch/plugin-kit'
import {OrchCommand} from '@orch/plugin-kit/command'

export default class PluginEnable extends OrchCommand {
  static override description = `Take a plugin back in that was left out because it brought the supervisor down or held it up.

The supervisor is stopped for it; agents go on, and the next command starts it again.`
  static override examples = ['<%= config.bin %> <%= command.id %> orch-plugin-greeting']
  static override args = {name: Args.string({description: 'Name of the plugin; `orch doctor` shows it.', required: true})}

  async run(): Promise<void> {
    const {args} = await this.parse(PluginEnable)
    const {PluginFaults} = await import('../../adapters/plugin-faults.js')
    const {stopRunning} = await import('../../view/stop-running.js')
    const faults = new PluginFaults(this.config.dataDir)
    const known = faults.disabled().map(({plugin}) => plugin)
    if (!known.includes(args.name)) throw new OrchError('ORCH_NOT_FOUND', {what: 'plugin that was left out', name: args.name, known})
    // The supervisor remembers faults too; it writes no more once it has stopped.
    const client = await this.supervisor()
    const {how} = await stopRunning(client, this.config)
    new PluginFaults(this.config.dataDir).forget(args.name)
    // It had work, so it is not left stopped.
    if (how !== 'none') await client.call('system.hello')
    this.answer({plugin: args.name, enabled: true}, () => this.log(`${args.name} is loaded again.`))
  }
}
