import {OrchCommand} from '@orch/plugin-kit/command'

export default class ConfigSchema extends OrchCommand {
  static override description = 'Print the JSON Schema of the configuration, including sections of plugins.'
  static override examples = ['<%= config.bin %> <%= command.id %> > orch.schema.json']

  async run(): Promise<void> {
    await this.parse(ConfigSchema)
    const schema = await (await this.supervisor()).call('config.schema')
    this.answer(schema, () => this.log(JSON.stringify(schema, null, 2)))
  }
}
