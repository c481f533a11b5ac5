import {spawnSync} from 'node:child_process'
import {Args} from '@oclif/core'
import {OrchError} from '@orch/plugin-kit'
import {OrchCommand} from '@orch/plugin-kit/command'

export default class Attach extends OrchCommand {
  static override description = 'Look at a project in tmux. Detach with C-b d; nothing is stopped.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> p_7f developer']
  static override args = {
    project: Args.string({description: 'Id, prefix of an id, or name.'}),
    role: Args.string({description: 'Whose window.'}),
  }

  async run(): Promise<void> {
    const {args} = await this.parse(Attach)
    const {argv} = await (await this.supervisor()).call<{argv: string[]}>('agent.attach', {...args})
    if (this.wantsJson || !process.stdout.isTTY) return this.answer({argv}, () => this.log(argv.join(' ')))
    const [program, ...rest] = argv
    const {status, error} = spawnSync(program!, rest, {stdio: 'inherit', env: {...process.env, TMUX: ''}})
    if (error) throw new OrchError('ORCH_TOOL_MISSING', {tool: program!, why: error.message, install: 'Install tmux 3.2 or newer.'})
    process.exitCode = status ?? 1
  }
}
