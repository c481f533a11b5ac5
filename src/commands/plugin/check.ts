import {Args} from '@oclif/core'
import {EXIT} from '@orch/plugin-kit'
import {OrchCommand} from '@orch/plugin-kit/command'

export default class PluginCheck extends OrchCommand {
  static override description = `Check whether orch can use a plugin, and what it adds, without installing it.

Loads it beside the installed plugins in a process of its own: package.json, hooks, commands, register, schemas, templates, and names that others have.
Exit code 1: orch would leave it out.`
  static override examples = ['<%= config.bin %> <%= command.id %> .', '<%= config.bin %> <%= command.id %> ../greeting --json']
  static override args = {folder: Args.string({description: 'Folder of the plugin.', default: '.'})}

  async run(): Promise<void> {
    const {folder} = (await this.parse(PluginCheck)).args
    const {checkPlugin} = await import('../../view/check-plugin.js')
    const {pluginLines} = await import('../../view/plugin-report.js')
    const plugin = await checkPlugin(this.config, folder)
    if (plugin.why !== null) process.exitCode = EXIT.failed
    this.answer({...plugin, fits: plugin.why === null}, () => pluginLines(plugin).forEach((line) => this.log(line)))
  }
}
