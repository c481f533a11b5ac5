import {Args} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'
import {SCRIPTS, SET_UP, SHELLS, type Shell} from '../completion/scripts.js'

export default class Autocomplete extends OrchCommand {
  static override summary = 'Print the completion script of a shell; without one, how to set it up.'
  static override description =
    'Completes commands, flags, files, projects, roles, open questions and the values of options. Values come from the records in the state directory: no supervisor is started.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    'eval "$(<%= config.bin %> <%= command.id %> bash)"',
    '<%= config.bin %> <%= command.id %> fish > ~/.config/fish/completions/orch.fish',
  ]
  static override args = {shell: Args.string({description: 'Which shell.', options: [...SHELLS]})}

  async run(): Promise<void> {
    const {args} = await this.parse(Autocomplete)
    const shell = args.shell as Shell | undefined
    if (shell) return this.answer({shell, script: SCRIPTS[shell]}, () => process.stdout.write(SCRIPTS[shell]))
    this.answer({setUp: SET_UP}, () => {
      for (const [name, line] of Object.entries(SET_UP)) this.log(`${name.padEnd(5)} ${line}`)
    })
  }
}
