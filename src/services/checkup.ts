import {messageOf, type AgentDriver, type CheckResult, type DoctorCheck} from '@orch/plugin-kit'
import {sectionOf, type Config} from '../domain/config.js'
import {takeBackIn, type LeftOut} from './needs.js'

type Env = Readonly<Record<string, string>>
type AgentChecks = (env: Env) => readonly DoctorCheck[]

/** Runs the checks of every plugin; a check that breaks is a finding, not an end. */
export class Checkup {
  readonly #checks: readonly DoctorCheck[]
  readonly #agents: AgentChecks

  constructor(checks: readonly DoctorCheck[], agents: AgentChecks) {
    this.#checks = checks
    this.#agents = agents
  }

  /** @param env the caller's: what a run of theirs would start agents with, e.g. its keys and tokens; the supervisor has none of them */
  async run(env: Env): Promise<CheckResult[]> {
    const results = await Promise.all(
      [...this.#checks, ...this.#agents(env)].map((check) =>
        check.run().catch((error: unknown): CheckResult[] => [{name: check.name, verdict: 'failed', what: messageOf(error)}]),
      ),
    )
    return results.flat()
  }
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

/** Plugins that are left out because of what they did to the supervisor. */
export function faultCheck(leftOut: () => readonly LeftOut[]): DoctorCheck {
  const name = 'plugins left out'
  return {
    name,
    run: async () => leftOut().map(({plugin, why}) => ({name, verdict: 'note', what: `${plugin} ${why}`, remedy: takeBackIn(plugin)})),
  }
}
