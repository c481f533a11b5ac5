import {OrchCommand} from '@orch/plugin-kit/command'

export default class ConfigPath extends OrchCommand {
  static override description = 'Print the folder of your own configuration file (orch.config.yaml, .orchrc, …).'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<void> {
    await this.parse(ConfigPath)
    this.answer({folder: this.config.configDir}, () => this.log(this.config.configDir))
  }
}
