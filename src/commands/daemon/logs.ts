import {pipeline} from 'node:stream/promises'
import {OrchError} from '@orch/plugin-kit'
import {OrchCommand} from '@orch/plugin-kit/command'
import {streamRegular} from '@orch/plugin-kit/files'

export default class DaemonLogs extends OrchCommand {
  static override description = 'Print the log of the supervisor.'
  static override examples = ['<%= config.bin %> <%= command.id %> | tail']

  async run(): Promise<void> {
    await this.parse(DaemonLogs)
    const {supervisorLog} = await import('../../app/offline-status.js')
    const path = supervisorLog(this.config.dataDir, this.config.version, process.env)
    const log = await streamRegular(path)
    if (!log) throw new OrchError('ORCH_NOT_FOUND', {what: 'log of the supervisor', name: path})
    await pipeline(log, process.stdout, {end: false}).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
}
