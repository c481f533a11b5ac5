import {spawnSync} from 'node:child_process'
import {Args} from '@oclif/core'
import {OrchError} from '@orch/plugin-kit'
import {ProjectCommand} from '../view/project-command.js'
import {GUESSED, namedPlace} from '../view/named-project.js'
import {nestedAttach, shellLine} from '../view/nested-tmux.js'

export default class Attach extends ProjectCommand {
  static override description = "Open a project's tmux windows. Detach with C-b d; nothing stops."
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> developer',
    '<%= config.bin %> <%= command.id %> p_7f developer',
  ]
  static override args = {
    project: Args.string({description: GUESSED}),
    role: Args.string({description: 'Whose window.'}),
  }

  async run(): Promise<void> {
    const {args} = await this.parse(Attach)
    const client = await this.supervisor()
    const {argv} = await client.call<{argv: string[]}>('agent.attach', await namedPlace(client, args, this.here))
    if (this.wantsJson || !process.stdout.isTTY) return this.answer({argv}, () => this.log(shellLine(argv)))
    const nested = nestedAttach(argv, process.env)
    if (nested) process.stderr.write(`${nested.hint}\n`)
    const [program, ...rest] = nested?.argv ?? argv
    const {status, error} = spawnSync(program!, rest, {stdio: 'inherit', env: {...process.env, TMUX: ''}})
    if (error) throw new OrchError('ORCH_TOOL_MISSING', {tool: program!, why: error.message, install: 'Install tmux 3.2 or newer.'})
    process.exitCode = status ?? 1
  }
}
