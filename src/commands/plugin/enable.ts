import {Args} from '@oclif/core'
import {EXIT, OrchError} from '@orch/plugin-kit'
import {OrchCommand} from '@orch/plugin-kit/command'

export default class PluginEnable extends OrchCommand {
  static override description = `Enable a plugin that was disabled or left out, and load it again.

The supervisor is started again for it; agents go on. Exit code 1: the plugin is still left out.`
  static override examples = ['<%= config.bin %> <%= command.id %> orch-plugin-greeting']
  static override args = {name: Args.string({description: 'Name of the plugin; `orch doctor` shows it.', required: true})}

  async run(): Promise<void> {
    const {name} = (await this.parse(PluginEnable)).args
    const {PluginFaults} = await import('../../adapters/plugin-faults.js')
    const {unloadedPlugins} = await import('../../adapters/installed-plugins.js')
    const {changePlugins} = await import('../../view/change-plugins.js')
    const known = [...new PluginFaults(this.config.dataDir).disabled(), ...unloadedPlugins(this.config)].map(({plugin}) => plugin)
    if (!known.includes(name) && !this.config.plugins.has(name))
      throw new OrchError('ORCH_NOT_FOUND', {what: 'plugin', name, known: [...known, ...this.config.plugins.keys()].sort()})
    const stillOut = await changePlugins({
      client: await this.supervisor(),
      config: this.config,
      plugin: name,
      suppose: {enabled: name},
      change: (faults) => faults.forget(name),
    })
    if (stillOut !== null) process.exitCode = EXIT.failed
    this.answer({plugin: name, enabled: stillOut === null, why: stillOut}, () => this.log(stillOut ?? `${name} is loaded.`))
  }
}
