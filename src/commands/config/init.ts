import {writeFile} from 'node:fs/promises'
import {join, resolve} from 'node:path'
import {makeFolder} from '@orch/plugin-kit/files'
import {Flags} from '@oclif/core'
import {OrchError, storeWriteFailed} from '@orch/plugin-kit'
import {OrchCommand} from '@orch/plugin-kit/command'

const START = `# Configuration of orch. \`orch config schema\` lists every key; unknown keys are errors.
# agent: auto
# subscription: max20
# acceptance:
#   - npm test
`

export default class ConfigInit extends OrchCommand {
  static override description = 'Write a configuration file to start from: yours, or with --project that of a repository.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --project .']
  static override flags = {project: Flags.string({char: 'p', description: 'Folder of the repository.', helpValue: 'DIR'})}

  async run(): Promise<void> {
    const {flags} = await this.parse(ConfigInit)
    const folder = flags.project === undefined ? this.config.configDir : resolve(flags.project)
    const path = join(folder, 'orch.config.yaml')
    try {
      await makeFolder(folder)
      await writeFile(path, START, {flag: 'wx'})
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw storeWriteFailed(error, path)
      throw new OrchError('ORCH_CLASH', {what: path, why: 'it is there already', remedy: 'Edit it.'})
    }
    this.answer({path}, () => this.log(`Written: ${path}`))
  }
}
