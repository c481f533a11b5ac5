import {Args, Flags} from '@oclif/core'
import {EXIT, hasCode} from '@orch/plugin-kit'
import {OrchCommand} from '@orch/plugin-kit/command'
import type {Status as StatusAnswer} from '../services/status/status.js'
import {fitted} from '../view/fit.js'
import {statusLines} from '../view/status-view.js'
import {untilInterrupted} from '../view/until-interrupted.js'

export default class Status extends OrchCommand {
  static override description = 'Show what needs you, then projects and agents: each state with its evidence and age.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> p_7f --json',
    '<%= config.bin %> <%= command.id %> --all',
    '<%= config.bin %> <%= command.id %> my-project --watch',
  ]
  static override args = {project: Args.string({description: 'Id, prefix of an id, or name. Default: all.'})}
  static override flags = {
    all: Flags.boolean({default: false, char: 'a', description: 'With every finished project, not only the last ones.'}),
    watch: Flags.boolean({
      default: false,
      char: 'w',
      description: 'Show it again whenever something changes, until Ctrl-C (exit code 130).',
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Status)
    const params = {...(args.project === undefined ? {} : {project: args.project}), ...(flags.all ? {all: true} : {})}
    if (flags.watch) return this.#watch(params)
    const status = await this.#status(params)
    this.answer(status, () => this.log(fitted(statusLines(status, Date.now())).join('\n')))
  }

  /** Without a supervisor that answers the last known state is read; none is started for a look. */
  async #status(params: {project?: string; all?: boolean}): Promise<StatusAnswer> {
    const client = await this.supervisor()
    const live = await client.peek<StatusAnswer>('status.get', params).catch((error: unknown) => {
      if (hasCode(error, 'ORCH_SUPERVISOR')) return null
      throw error
    })
    if (live) return live
    const {readStatusOffline} = await import('../app/offline-status.js')
    return readStatusOffline(this.config.dataDir, this.config.version, process.env, params)
  }

  async #watch(params: {project?: string; all?: boolean}): Promise<void> {
    const {LiveBlock} = await import('../view/live-block.js')
    const {watchStatus} = await import('../view/watch-status.js')
    const {signal, release} = untilInterrupted()
    const live = process.stdout.isTTY === true && !this.wantsJson
    const block = new LiveBlock(process.stdout)
    let last = ''
    const draw = async (): Promise<void> => {
      const status = await this.#status(params)
      // Without a terminal a status follows the other; the same is not said twice.
      const now = JSON.stringify(status)
      if (live) block.draw(statusLines(status, Date.now()).join('\n'))
      else if (now === last) return
      else if (this.wantsJson) this.printJson(status)
      else this.log(`${statusLines(status, Date.now()).join('\n')}\n`)
      last = now
    }
    const which = params.project === undefined ? {} : {project: params.project}
    await watchStatus(await this.supervisor(), which, draw, {live, signal})
    if (live) block.done()
    release()
    process.exitCode = EXIT.interrupted
  }
}
