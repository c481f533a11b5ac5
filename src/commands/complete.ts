import {OrchCommand} from '@orch/plugin-kit/command'
import {completionLines} from '../completion/answer.js'
import {commandIndex} from '../completion/command-index.js'
import {keepIndex} from '../completion/kept-index.js'

export default class Complete extends OrchCommand {
  static override description = 'Answer the completion of a shell, and keep an index of the commands for the next time.'
  static override examples = ['<%= config.bin %> <%= command.id %> bash run --agent ""']
  static override hidden = true
  static override strict = false

  async run(): Promise<void> {
    const {config} = this
    const index = commandIndex(config)
    keepIndex(config.cacheDir, config.root, [config.root, config.dataDir, ...[...config.plugins.values()].map(({root}) => root)], index)
    // The words are another command's, flags and all: they are not parsed.
    for (const line of completionLines(index, this.argv, config.dataDir, process.env)) process.stdout.write(`${line}\n`)
  }
}
