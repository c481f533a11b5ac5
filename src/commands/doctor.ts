import {Flags} from '@oclif/core'
import {EXIT, isOrchError, messageOf, type CheckResult} from '@orch/plugin-kit'
import {OrchCommand} from '@orch/plugin-kit/command'
import type {Orphan, Settled} from '../services/cleanup/orphan.js'
import {fitted} from '../view/fit.js'
import {paint} from '../view/format.js'

export default class Doctor extends OrchCommand {
  static override description = 'Check Node.js, disk, plugins, tools, agents and state. Works without a supervisor.'
  static override examples = ['<%= config.bin %> <%= command.id %> --json', '<%= config.bin %> <%= command.id %> --fix']
  static override flags = {
    fix: Flags.boolean({
      default: false,
      description:
        'Take away what crashes left behind: locks, processes, windows and worktrees of orch that nothing uses any more; put back the git configuration ' +
        'of repositories that changed while a team worked. Lists them first.',
    }),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Doctor)
    const local = await this.#local()
    const supervisor = await this.#supervisor(isSound(local, STATE_DIRECTORY))
    const told = [...(await this.#plugins()), ...supervisor]
    // Of the disk a supervisor says more, when one runs.
    const checks = [...local.filter(({name}) => !told.some((each) => each.name === name)), ...told]
    const plugins = [...this.config.plugins.values()].map(({name, version, type, hasManifest}) => ({
      name,
      version,
      type,
      manifest: hasManifest,
    }))
    const leftovers = isSound(supervisor, 'supervisor') ? await this.#leftovers() : []
    if (!this.wantsJson) this.#list(checks, leftovers, flags.fix)
    const fixed = flags.fix && leftovers.length > 0 ? await this.#fix(leftovers) : []
    this.answer({checks, plugins, leftovers, fixed}, () => {
      for (const {done, what, id} of fixed) this.log(`${mark(done ? 'ok' : 'note')} ${id}: ${what}`)
    })
    if (checks.some(({verdict}) => verdict === 'failed')) process.exitCode = EXIT.failed
  }

  #list(checks: readonly CheckResult[], leftovers: readonly Orphan[], isFixing: boolean): void {
    for (const {name, verdict, what, remedy} of checks) {
      this.#print(`${mark(verdict)} ${name}: ${what}${remedy && verdict !== 'ok' ? `\n    ${remedy}` : ''}`)
    }
    for (const {kind, what, proof, fix} of leftovers)
      this.#print(
        `${mark('note')} ${kind === 'repository' ? 'changed' : 'left behind'}: ${what}\n    ${proof}; ${fix ?? 'look at it and remove it by hand'}`,
      )
    if (!isFixing && leftovers.some(({fix}) => fix !== null)) this.log('Take away what was left behind: orch doctor --fix')
  }

  #print(text: string): void {
    this.log(fitted([text]).join('\n'))
  }

  async #leftovers(): Promise<Orphan[]> {
    return (await this.supervisor()).call<Orphan[]>('house.survey').catch(() => [])
  }

  async #fix(leftovers: readonly Orphan[]): Promise<Settled[]> {
    return (await this.supervisor()).call<Settled[]>('house.fix', {listed: leftovers.map(({kind, id}) => ({kind, id}))})
  }

  async #plugins(): Promise<CheckResult[]> {
    const {requirePlugins} = await import('../cli/required-plugins.js')
    const name = 'required plugin'
    return requirePlugins(this.config).then(
      () => [{name, verdict: 'ok' as const, what: 'is in place'}],
      (error: unknown) => [failed(name, error)],
    )
  }

  /** What needs no supervisor. */
  async #local(): Promise<CheckResult[]> {
    const {checkLocally} = await import('../view/local-doctor.js')
    return [{name: 'node', verdict: 'ok', what: process.version}, ...(await checkLocally(this.config.dataDir))]
  }

  /** The checks of the plugins run where the plugins live; without a supervisor the programs it needs are looked for from here. */
  async #supervisor(mayStart: boolean): Promise<CheckResult[]> {
    const name = 'supervisor'
    try {
      const client = await this.supervisor()
      const hello = await (mayStart ? client.call<Hello>('system.hello') : client.peek<Hello>('system.hello'))
      if (!hello) throw new Error('none runs, and none can be started: its state directory cannot be written')
      return [
        {name, verdict: 'ok', what: `${hello.version} runs (pid ${hello.pid})`},
        ...(await client.call<CheckResult[]>('system.check', {env: process.env})),
      ]
    } catch (error) {
      const {checkTools} = await import('../view/local-doctor.js')
      return [failed(name, error), ...(await checkTools())]
    }
  }
}

interface Hello {
  readonly version: string
  readonly pid: number
}

const STATE_DIRECTORY = 'state directory'

function isSound(checks: readonly CheckResult[], name: string): boolean {
  return checks.some((check) => check.name === name && check.verdict !== 'failed')
}

function failed(name: string, error: unknown): CheckResult {
  return {name, verdict: 'failed', what: messageOf(error), ...(isOrchError(error) ? {remedy: error.remedy} : {})}
}

function mark(verdict: CheckResult['verdict']): string {
  if (verdict === 'ok') return paint('green', '✓')
  return verdict === 'note' ? paint('yellow', '!') : paint('red', '✗')
}
