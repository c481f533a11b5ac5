import {Flags} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'
import {configContext} from '../../view/config-context.js'
import {table} from '../../view/format.js'

interface ConfigAnswer {
  readonly config: Readonly<Record<string, unknown>>
  readonly origins: Readonly<Record<string, {readonly layer: string; readonly place: string}>>
  readonly warnings: readonly string[]
}

export default class ConfigShow extends OrchCommand {
  static override description = 'Show the effective configuration here: defaults < user < project < environment.'
  static override examples = ['<%= config.bin %> <%= command.id %> --origin']
  static override flags = {
    project: Flags.string({char: 'p', description: 'Folder in the repository.', helpValue: 'DIR'}),
    origin: Flags.boolean({default: false, description: 'Say where each value comes from.'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(ConfigShow)
    const {config, origins, warnings} = await (await this.supervisor()).call<ConfigAnswer>('config.show', configContext(flags.project))
    this.answer(flags.origin ? {config, origins, warnings} : config, () => {
      const rows = leaves(config).map(([key, value]) => [
        key,
        JSON.stringify(value),
        ...(flags.origin ? [origins[key] ? `${origins[key].layer} ${origins[key].place}` : 'default'] : []),
      ])
      this.log([...table(rows), ...warnings].join('\n'))
    })
  }
}

function leaves(value: Readonly<Record<string, unknown>>, prefix = ''): [string, unknown][] {
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner) && Object.keys(inner).length > 0
      ? leaves(inner as Record<string, unknown>, `${prefix}${key}.`)
      : [[`${prefix}${key}`, inner] as [string, unknown]],
  )
}
