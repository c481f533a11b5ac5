import {OrchCommand} from '@orch/plugin-kit/command'
import {table} from '../view/format.js'

export default class Env extends OrchCommand {
  static override description = 'Print the folders and files orch uses.'
  static override examples = ['<%= config.bin %> <%= command.id %> --json']

  async run(): Promise<void> {
    await this.parse(Env)
    const {statePaths} = await import('../adapters/paths.js')
    const paths = statePaths(this.config.dataDir, this.config.version, process.env)
    const answer = {
      version: this.config.version,
      root: this.config.root,
      node: process.execPath,
      ...paths,
      config: this.config.configDir,
      cache: this.config.cacheDir,
    }
    this.answer(answer, () => this.log(table(Object.entries(answer)).join('\n')))
  }
}
