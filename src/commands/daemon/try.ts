import {Flags} from '@oclif/core'
import {toErrorBody} from '@orch/plugin-kit'
import {OrchCommand} from '@orch/plugin-kit/command'

/** Milliseconds between signs of life: without them a plugin holds the process up. */
const BEAT_MS = 1_000

export default class DaemonTry extends OrchCommand {
  static override hidden = true
  static override description = `Load the plugins as the supervisor would, and say what became of them in one line of JSON. Starts nothing.`
  static override examples = ['<%= config.bin %> <%= command.id %>']
  static override flags = {
    candidate: Flags.string({description: 'Folder of a plugin that is not installed.'}),
    enabled: Flags.string({description: 'A plugin that is about to be enabled.'}),
    disabled: Flags.string({description: 'A plugin that is about to be disabled.'}),
  }

  #release = (): void => {}

  async run(): Promise<void> {
    const {candidate, enabled, disabled} = (await this.parse(DaemonTry)).flags
    const say = process.stdout.write.bind(process.stdout)
    setInterval(() => say('\n'), BEAT_MS).unref()
    const {divertOutput} = await import('../../adapters/divert-output.js')
    this.#release = divertOutput()
    const {tryCandidate, tryPlugins} = await import('../../app/trial.js')
    const trial =
      candidate === undefined
        ? await tryPlugins(this.config, process.env, {enabled, disabled})
        : await tryCandidate(this.config, process.env, candidate)
    this.#end({trial})
  }

  protected override catch(error: Error): Promise<void> {
    this.#end({error: toErrorBody(error)})
    return Promise.resolve()
  }

  /** Whatever a plugin left behind must not keep this process alive. */
  #end(answer: object): void {
    this.#release()
    process.stdout.write(`${JSON.stringify(answer)}\n`, () => process.exit())
  }
}
