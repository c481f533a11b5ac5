import {createReadStream} from 'node:fs'
import {pipeline} from 'node:stream/promises'
import {OrchError} from '@orch/plugin-kit'
import {OrchCommand} from '@orch/plugin-kit/command'

export default class DaemonLogs extends OrchCommand {
  static override description = 'Print the log of the supervisor.'
  static override examples = ['<%= config.bin %> <%= command.id %> | tail']

  async run(): Promise<void> {
    await this.parse(DaemonLogs)
    const {supervisorLog} = await import('../../offline.js')
    const path = supervisorLog(this.config.dataDir, this.config.version, process.env)
    await pipeline(createReadStream(path), process.stdout, {end: false}).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw new OrchError('ORCH_NOT_FOUND', {what: 'log of the supervisor', name: path})
      if (error.code !== 'EPIPE') throw error
    })
  }
}
