import {setTimeout as sleep} from 'node:timers/promises'
import {EXIT} from '@orch/plugin-kit'
import {OrchCommand} from '@orch/plugin-kit/command'
import {unresponsive} from '../../rpc/unresponsive.js'
import type {Supervisor} from '../../services/supervisor/supervisor.js'

/** How long another supervisor may take until it answers or gives up its place, and for one answer. */
const PATIENCE_MS = 8_000
const HELLO_MS = 3_000
/** How long a supervisor may take to stop before it is ended all the same. */
const STOP_MS = 10_000
/** How long a failed start may take to say why. */
const FLUSH_MS = 1_000
/** How long a start may take. */
const LATEST_MS = 120_000
const POLL_MS = 100

export default class DaemonRun extends OrchCommand {
  static override description = 'Run the supervisor in the foreground. Other commands start it in the background when they need it.'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  #release = (): void => {}

  async run(): Promise<void> {
    await this.parse(DaemonRun)
    const {divertOutput} = await import('../../adapters/divert-output.js')
    this.#release = divertOutput()
    // A start that hangs is a start that failed: the next one may do better.
    const late = setTimeout(() => process.exit(EXIT.unavailable), LATEST_MS).unref()
    const supervisor = await this.#takePlace()
    if (!supervisor) return this.#ready()
    this.#stopOnSignals(supervisor)
    try {
      await supervisor.start()
    } catch (error) {
      await Promise.race([supervisor.stop().catch(() => {}), sleep(STOP_MS, undefined, {ref: false})])
      throw await this.#meaning(error)
    }
    clearTimeout(late)
    this.#ready()
    // The reader of its output may be gone; a plugin that prints would end the supervisor.
    divertOutput()
    await supervisor.stopped
    // Whatever a plugin left behind must not keep a stopped supervisor alive.
    process.exit(0)
  }

  /** A supervisor that cannot start ends, whatever is still open in it: the next one needs its place. */
  protected override async catch(error: Error): Promise<void> {
    this.#release()
    await super.catch(error)
    setTimeout(() => process.exit(), FLUSH_MS).unref()
  }

  /** Ctrl-C is a person's: then agents do not start it again. */
  #stopOnSignals(supervisor: Supervisor): void {
    const stop = (how: () => Promise<void>) => () => {
      void how()
      setTimeout(() => process.exit(EXIT.failed), STOP_MS).unref()
    }
    process.once(
      'SIGINT',
      stop(() => supervisor.stopForGood()),
    )
    for (const signal of ['SIGTERM', 'SIGHUP'] as const)
      process.once(
        signal,
        stop(() => supervisor.stop()),
      )
  }

  /** @returns null when another process is the supervisor and answers */
  async #takePlace(): Promise<Supervisor | null> {
    // Loaded here, or `orch help` would load every service to list this command.
    const {composeSupervisor} = await import('../../app/index.js')
    const client = await this.supervisor()
    const end = Date.now() + PATIENCE_MS
    for (;;) {
      const supervisor = await composeSupervisor(this.config, process.env).catch(async (error: unknown) => {
        throw await this.#meaning(error)
      })
      if (supervisor) return supervisor
      // It may be on its way up, or on its way down: then its place is free in a moment.
      const hello = await client.peek('system.hello', {}, {timeoutMs: HELLO_MS}).catch(() => null)
      if (hello !== null) return null
      if (Date.now() > end) throw await unresponsive(this.config)
      await sleep(POLL_MS)
    }
  }

  /** What a full disk, or a place that cannot be used, is called. */
  async #meaning(error: unknown): Promise<unknown> {
    const {stateFailure} = await import('../../adapters/state-failure.js')
    return stateFailure(error, this.config.dataDir)
  }

  /** One line for the program that started us. */
  #ready(): void {
    this.#release()
    if (this.wantsJson) this.printJson({ready: true, pid: process.pid})
    else this.log('The supervisor is ready. Ctrl-C stops it; agents live on.')
  }
}
