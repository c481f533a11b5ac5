import {Args, Flags} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'
import type {Status as StatusAnswer} from '../services/status.js'
import {statusLines} from '../view/status-view.js'

export default class Status extends OrchCommand {
  static override description = 'Show projects and agents: each state with what it rests on and how old that is; what needs you, first.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> p_7f --json',
    '<%= config.bin %> <%= command.id %> my-project --watch',
  ]
  static override args = {project: Args.string({description: 'Id, prefix of an id, or name. Default: all.'})}
  static override flags = {watch: Flags.boolean({default: false, char: 'w', description: 'Show it again whenever something changes.'})}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Status)
    const params = args.project === undefined ? {} : {project: args.project}
    if (flags.watch) return this.#watch(params)
    const status = await this.#status(params)
    this.answer(status, () => this.log(statusLines(status, Date.now()).join('\n')))
  }

  /** Without a supervisor the last known state is read; none is started for a look. */
  async #status(params: {project?: string}): Promise<StatusAnswer> {
    const live = await (await this.supervisor()).peek<StatusAnswer>('status.get', params)
    if (live) return live
    const {readStatusOffline} = await import('../app.js')
    return readStatusOffline(this.config.dataDir, this.config.version, process.env, params.project)
  }

  async #watch(params: {project?: string}): Promise<void> {
    const {createLogUpdate} = await import('log-update')
    const show = createLogUpdate(process.stdout)
    const client = await this.supervisor()
    const draw = async (): Promise<void> => {
      const status = await this.#status(params)
      if (this.wantsJson) this.printJson(status)
      else show(statusLines(status, Date.now()).join('\n'))
    }
    await draw()
    for await (const change of client.stream<{project: string}>('status.changes', params)) {
      if (change.project) await draw()
    }
  }
}
