import {EXIT} from '@orch/plugin-kit'
import {OrchCommand} from '@orch/plugin-kit/command'

/** How long a supervisor has for its answer. */
const ANSWER_MS = 5_000

interface Hello {
  readonly version: string
  readonly pid: number
  readonly socket: string
  readonly state: string
}

export default class DaemonStatus extends OrchCommand {
  static override description = 'Show whether the supervisor runs, and where.'
  static override examples = ['<%= config.bin %> <%= command.id %> --json']

  async run(): Promise<void> {
    await this.parse(DaemonStatus)
    const client = await this.supervisor()
    const hello = await client.peek<Hello>('system.hello', {}, {timeoutMs: ANSWER_MS}).catch(() => null)
    if (hello) {
      return this.answer({running: true, answering: true, ...hello}, () =>
        this.log(`The supervisor ${hello.version} runs (pid ${hello.pid}, socket ${hello.socket}, state ${hello.state}).`),
      )
    }
    const {findLockHolder} = await import('../../adapters/lock-holder.js')
    const holder = await findLockHolder(this.config.dataDir)
    if (!holder) return this.answer({running: false}, () => this.log('No supervisor runs.'))
    process.exitCode = EXIT.unavailable
    const {pid, since} = holder
    const started = since === null ? '' : `, started ${new Date(since).toISOString()}`
    this.answer({running: true, answering: false, pid, since}, () =>
      this.log(`The supervisor runs (pid ${pid}${started}) but does not answer. To end it and start another: orch daemon restart`),
    )
  }
}
