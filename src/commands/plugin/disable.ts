import {Args} from '@oclif/core'
import {OrchError} from '@orch/plugin-kit'
import {OrchCommand} from '@orch/plugin-kit/command'

export default class PluginDisable extends OrchCommand {
  static override description = `Disable a plugin without removing it: orch runs none of its hooks.

The supervisor is started again for it; agents go on. Of the plugins that come with orch, those can be disabled that it can do without.`
  static override examples = ['<%= config.bin %> <%= command.id %> orch-plugin-greeting']
  static override args = {name: Args.string({description: 'Name of the plugin; `orch plugins` lists them.', required: true})}

  async run(): Promise<void> {
    const {name} = (await this.parse(PluginDisable)).args
    const {isOptional} = await import('../../adapters/installed-plugins.js')
    const {changePlugins} = await import('../../view/change-plugins.js')
    const plugin = this.config.plugins.get(name)
    const known = [...this.config.plugins.values()].filter(isOptional).map((each) => each.name)
    if (!plugin) throw new OrchError('ORCH_NOT_FOUND', {what: 'plugin', name, known})
    if (!isOptional(plugin))
      throw new OrchError('ORCH_REFUSED', {
        what: `To disable ${name}`,
        why: 'orch needs it',
        remedy: `Plugins that can be disabled: ${known.sort().join(', ')}`,
      })
    await changePlugins({
      client: await this.supervisor(),
      config: this.config,
      plugin: name,
      suppose: {disabled: name},
      change: (faults) => faults.disable(name, Date.now()),
    })
    this.answer({plugin: name, enabled: false}, () => this.log(`${name} is disabled. To have it back: orch plugin enable ${name}`))
  }
}
