import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import {Command, Flags} from '@oclif/core'
import {OrchError, isOrchError, toErrorBody} from '../errors/index.js'
import {folded, nearest, visible, visibleBesideColours} from '../text/index.js'
import {pluginDigest} from './plugin-digest.js'
import type {ClientModule, SupervisorClient} from './supervisor-client.js'

/** Base of every command: a typed client of the supervisor, `--json` in the one envelope, errors with a remedy. */
export abstract class OrchCommand extends Command {
  static override baseFlags = {
    json: Flags.boolean({description: 'Print one JSON object.', helpGroup: 'GLOBAL'}),
  }

  readonly #startedAt = performance.now()
  #client: SupervisorClient | undefined

  /** The host's client, loaded at the first call so that `--help` costs nothing. */
  protected async supervisor(): Promise<SupervisorClient> {
    this.#client ??= await this.#connect()
    return this.#client
  }

  /** Whether the answer is to be JSON. */
  protected get wantsJson(): boolean {
    return this.argv.includes('--json')
  }

  /** Prints the answer: the envelope with `--json`, else what `human` writes. */
  protected answer(data: unknown, human: () => void): void {
    if (this.wantsJson)
      this.printJson({data, meta: {version: this.config.version, tookMs: Math.round(performance.now() - this.#startedAt)}})
    else human()
  }

  /** Prints for a person: what agents and repositories wrote cannot act on the terminal. */
  override log(message = ''): void {
    super.log(visibleBesideColours(message))
  }

  /** One object on one line of standard output. */
  protected printJson(value: unknown): void {
    process.stdout.write(`${JSON.stringify(value)}\n`)
  }

  protected override catch(error: Error & {exitCode?: number; oclif?: {exit?: number}}): Promise<void> {
    const usage = toUsageError(error, Object.keys({...this.ctor.baseFlags, ...this.ctor.flags}))
    const body = toErrorBody(usage)
    if (this.wantsJson) this.printJson({error: body})
    else
      process.stderr.write(
        folded(
          visible(`Error: ${body.message}\n  ${body.remedy.split('\n').join('\n  ')}\n  (${body.code}, exit ${body.exit})\n`),
          process.stderr.columns,
        ),
      )
    process.exitCode = body.exit
    return Promise.resolve()
  }

  async #connect(): Promise<SupervisorClient> {
    const entry = (this.config.pjson as {orch?: {client?: string}}).orch?.client
    if (!entry) throw new OrchError('ORCH_INTERNAL', {what: `${this.config.name} names no orch.client in its package.json`})
    const host = (await import(pathToFileURL(join(this.config.root, entry)).href)) as ClientModule
    const {root, dataDir, version} = this.config
    const plugins = pluginDigest(this.config.plugins.values())
    const warn = (text: string) => void process.stderr.write(visible(`! ${text}\n`))
    return host.connect({root, dataDir, version, plugins, env: process.env, warn})
  }
}

/** oclif's own parse errors, recognised by the exit code 2 they carry. @param known names of the command's flags */
function toUsageError(error: Error & {oclif?: {exit?: number}; flags?: readonly string[]}, known: readonly string[]): Error {
  if (isOrchError(error) || error.oclif?.exit !== 2) return error
  const [what = error.message, ...rest] = error.message.split('\n')
  return new OrchError(
    'ORCH_USAGE',
    {what, hint: `${meantBy(error.flags, known)}${rest.join('\n').trim() || 'Run the command with --help for what it takes.'}`},
    {cause: error},
  )
}

/** Flags that a mistyped one was probably meant to be. @param typed flags that do not exist, with their hyphens */
function meantBy(typed: readonly string[] | undefined, known: readonly string[]): string {
  const meant = Array.isArray(typed) ? typed.map((flag) => nearest(String(flag).replace(/^-+/, ''), known)).filter(Boolean) : []
  return meant.length > 0 ? `Did you mean ${meant.map((name) => `--${name}`).join(', ')}? ` : ''
}
