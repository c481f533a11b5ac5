import {Flags} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'
import {pluginRows} from '../../view/plugin-rows.js'
import {table} from '../../view/format.js'

/** In place of oclif's own, whose JSON has another shape than every other command's. */
export default class Plugins extends OrchCommand {
  static override description = 'List the plugins you installed or linked; with --core, or --json, those that come with orch too.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --core']
  static override flags = {core: Flags.boolean({default: false, description: 'Show those that come with orch too.'})}

  async run(): Promise<void> {
    const {flags} = await this.parse(Plugins)
    const rows = pluginRows(this.config)
    const shown = rows.filter(({type}) => flags.core || type !== 'core')
    this.answer({plugins: rows}, () =>
      this.log(
        shown.length === 0
          ? 'You have installed none. Those that come with orch: orch plugins --core'
          : table(shown.map(({name, version, type, root}) => [name, version, type === 'core' ? 'comes with orch' : root])).join('\n'),
      ),
    )
  }
}
