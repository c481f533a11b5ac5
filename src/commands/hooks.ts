import {OrchCommand} from '@orch/plugin-kit/command'
import {table} from '../view/format.js'

interface HooksAnswer {
  readonly events: readonly {
    readonly event: string
    readonly fold: string
    readonly owner: string | null
    readonly handlers: readonly string[]
  }[]
  readonly capabilities: Readonly<Record<string, string>>
  readonly leftOut: readonly {readonly plugin: string; readonly why: string}[]
}

export default class Hooks extends OrchCommand {
  static override description =
    'List events with their owners and handlers, capabilities with their plugins, and the plugins that are left out.'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<void> {
    await this.parse(Hooks)
    const answer = await (await this.supervisor()).call<HooksAnswer>('hooks.list')
    this.answer(answer, () => {
      this.log(
        table([
          ['EVENT', 'FOLD', 'OWNER', 'HANDLERS'],
          ...answer.events.map(({event, fold, owner, handlers}) => [event, fold, owner ?? '–', handlers.join(', ')]),
        ]).join('\n'),
      )
      this.log(`\n${table([['CAPABILITY', 'PLUGIN'], ...Object.entries(answer.capabilities)]).join('\n')}`)
      const leftOut = answer.leftOut.map(({plugin, why}) => [plugin, why])
      if (leftOut.length > 0) this.log(`\n${table([['LEFT OUT', 'BECAUSE IT'], ...leftOut]).join('\n')}`)
    })
  }
}
