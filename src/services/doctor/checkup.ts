import {
  messageOf,
  type AgentDriver,
  type CheckResult,
  type Clock,
  type DoctorCheck,
  type JsonSchema,
  type Registration,
  type SchemaValidator,
} from '@orch/plugin-kit'
import {sectionOf, type Config} from '../../domain/config.js'
import type {LeftOut} from '../../domain/plugin-fault.js'
import {takeBackIn} from '../status/needs-you.js'

/** Milliseconds a check may take; that of a plugin of others, less. */
const CHECK_MS = 30_000
const OTHERS_CHECK_MS = 5_000

const RESULTS: JsonSchema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['name', 'verdict', 'what'],
    properties: {name: {type: 'string'}, verdict: {enum: ['ok', 'note', 'failed']}, what: {type: 'string'}, remedy: {type: 'string'}},
  },
}

type Env = Readonly<Record<string, string>>

/** A check, and the plugin of others that brings it. */
export type OwnedCheck = DoctorCheck & {readonly plugin?: string}

interface CheckupOptions {
  /** The checks of agents that an environment makes. */
  readonly agents: (env: Env) => readonly DoctorCheck[]
  readonly clock: Pick<Clock, 'sleep'>
  readonly schemas: SchemaValidator
  /** Told of a plugin whose check breaks. @param why a clause that begins with a verb */
  readonly onBroken: (plugin: string, why: string) => void
}

/** Runs the checks of every plugin; one that breaks, or does not end, is a finding and not an end. */
export class Doctor {
  readonly #checks: readonly OwnedCheck[]
  readonly #options: CheckupOptions

  constructor(checks: readonly OwnedCheck[], options: CheckupOptions) {
    this.#checks = checks
    this.#options = options
  }

  /** @param env the caller's: what a run of theirs would start agents with, e.g. its keys and tokens; the supervisor has none of them */
  async run(env: Env): Promise<CheckResult[]> {
    const results = await Promise.all(
      [...this.#checks, ...this.#options.agents(env)].map((check) =>
        this.#results(check).catch((error: unknown) => [this.#broken(check, messageOf(error))]),
      ),
    )
    return results.flat()
  }

  async #results(check: OwnedCheck): Promise<CheckResult[]> {
    const {clock, schemas} = this.#options
    const limitMs = check.plugin === undefined ? CHECK_MS : OTHERS_CHECK_MS
    const done = new AbortController()
    const late = clock.sleep(limitMs, done.signal).then(() => Promise.reject(new Error(`gave no answer within ${limitMs / 1000} s`)))
    late.catch(() => {})
    const results = await Promise.race([Promise.resolve().then(() => check.run()), late]).finally(() => done.abort())
    const [problem] = schemas.check(RESULTS, results)
    if (problem) throw new Error(`answered no list of findings: ${[...problem.path, problem.message].join(' ')}`)
    return results
  }

  #broken({name, plugin}: OwnedCheck, why: string): CheckResult {
    if (plugin === undefined) return {name, verdict: 'failed', what: why}
    this.#options.onBroken(plugin, `failed in its check ${name}: ${why}`)
    return {name, verdict: 'failed', what: `the check of the plugin ${plugin} failed: ${why}`, remedy: takeBackIn(plugin)}
  }
}

/** The checks that plugins bring. @param isOwn whether a plugin comes with orch */
export function pluginChecks(
  registrations: readonly {readonly plugin: string; readonly value: Pick<Registration, 'checks'>}[],
  isOwn: (plugin: string) => boolean,
): OwnedCheck[] {
  return registrations.flatMap(({plugin, value}) =>
    (value.checks ?? []).map((check) => ({name: check.name, run: () => check.run(), ...(isOwn(plugin) ? {} : {plugin})})),
  )
}

/** Which agents can be used: their absence is a note, for one is enough. */
export function agentChecks(drivers: ReadonlyMap<string, AgentDriver>, config: Config, env: Env): DoctorCheck[] {
  return [...drivers.values()].map((driver) => ({
    name: `agent ${driver.kind}`,
    run: async () => {
      const {installed, version, loggedIn, problem} = await driver.detect(env, sectionOf(config, driver.kind))
      const usable = installed && loggedIn !== false && problem === null
      return [
        {
          name: `agent ${driver.kind}`,
          verdict: usable ? 'ok' : 'note',
          what: usable ? `${driver.title} ${version ?? ''}`.trim() : (problem ?? `${driver.title} is not installed`),
        },
      ]
    },
  }))
}

/** Plugins that are left out, or do not do their work. */
export function faultCheck(leftOut: () => readonly LeftOut[]): DoctorCheck {
  const name = 'plugins left out'
  return {
    name,
    run: async () => leftOut().map(({plugin, why}) => ({name, verdict: 'note', what: `${plugin} ${why}`, remedy: takeBackIn(plugin)})),
  }
}
