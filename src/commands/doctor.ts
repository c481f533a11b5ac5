import {EXIT, isOrchError, messageOf, type CheckResult} from '@orch/plugin-kit'
import {OrchCommand} from '@orch/plugin-kit/command'
import {paint} from '../view/text.js'

export default class Doctor extends OrchCommand {
  static override description = 'Check the house: plugins, tools, agents, state. Works when nothing else does.'
  static override examples = ['<%= config.bin %> <%= command.id %> --json']

  async run(): Promise<void> {
    await this.parse(Doctor)
    const checks = [...(await this.#plugins()), ...(await this.#supervisor())]
    const plugins = [...this.config.plugins.values()].map(({name, version, type, hasManifest}) => ({
      name,
      version,
      type,
      manifest: hasManifest,
    }))
    this.answer({checks, plugins}, () => {
      for (const {name, verdict, what, remedy} of checks) {
        this.log(`${mark(verdict)} ${name}: ${what}${remedy && verdict !== 'ok' ? `\n    ${remedy}` : ''}`)
      }
    })
    if (checks.some(({verdict}) => verdict === 'failed')) process.exitCode = EXIT.failed
  }

  async #plugins(): Promise<CheckResult[]> {
    const {requirePlugins} = await import('../required-plugins.js')
    const name = 'required plugin'
    return requirePlugins(this.config).then(
      () => [{name, verdict: 'ok' as const, what: 'is in place'}],
      (error: unknown) => [failed(name, error)],
    )
  }

  /** The checks of the plugins run where the plugins live. */
  async #supervisor(): Promise<CheckResult[]> {
    const name = 'supervisor'
    try {
      const client = await this.supervisor()
      const hello = await client.call<{version: string; pid: number}>('system.hello')
      return [
        {name, verdict: 'ok', what: `${hello.version} runs (pid ${hello.pid})`},
        ...(await client.call<CheckResult[]>('system.check')),
      ]
    } catch (error) {
      return [failed(name, error)]
    }
  }
}

function failed(name: string, error: unknown): CheckResult {
  return {name, verdict: 'failed', what: messageOf(error), ...(isOrchError(error) ? {remedy: error.remedy} : {})}
}

function mark(verdict: CheckResult['verdict']): string {
  if (verdict === 'ok') return paint('green', '✓')
  return verdict === 'note' ? paint('yellow', '!') : paint('red', '✗')
}
