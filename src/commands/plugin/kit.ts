import {OrchCommand} from '@orch/plugin-kit/command'

export default class PluginKit extends OrchCommand {
  static override description = `Print the folder of @orch/plugin-kit, which plugins for this orch are written against.

In the folder of a plugin: npm install --save-dev "$(orch plugin kit)". Installed plugins get it from orch.`
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<void> {
    await this.parse(PluginKit)
    const {kitFolder} = await import('../../adapters/kit-folder.js')
    const folder = kitFolder()
    this.answer({folder}, () => this.log(folder))
  }
}
