import type {AccountProblem, AgentAccount, AgentDriver} from '@orch/plugin-kit'
import type {Files} from '../../domain/ports/files.js'
import {accountProblem} from '../../domain/limits.js'
import {findAgent} from '../../domain/project.js'
import type {Store} from '../../domain/ports/store.js'
import {projectEnvironment} from '../record/project-environment.js'
import type {Recorder} from '../record/recorder.js'
import type {Project} from '../../domain/model/project.js'
import type {Agent} from '../../domain/model/agent.js'
import {unchanged} from '../../domain/change.js'
import {agentChange} from '../../domain/agent-change.js'

interface AccountsOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly drivers: ReadonlyMap<string, AgentDriver>
  readonly files: Files
}

/** Logins and money: what is missing for one agent is missing for all that share its account, and a person hears of it once. */
export class Accounts {
  readonly #options: AccountsOptions
  /** Problems told by this supervisor; those of the last one stand in the records. */
  readonly #told = new Set<string>()

  constructor(options: AccountsOptions) {
    this.#options = options
  }

  /** Whose plan and login an agent uses, as it would be started now. */
  async of(project: Project, agent: Agent): Promise<AgentAccount> {
    const driver = this.#options.drivers.get(agent.kind)
    if (!driver?.account) return {id: agent.id, login: null}
    const kept = await projectEnvironment(this.#options.files, project)
    return driver.account(kept, project.options.drivers[agent.kind] ?? {})
  }

  /**
   * An agent was refused for its account: to be called before that is recorded.
   * @returns whether this is the first that is heard of it
   */
  open(account: AgentAccount, problem: AccountProblem): boolean {
    const key = `${problem} ${account.id}`
    const known = this.#told.has(key) || this.#waiting(account.id).length > 0
    this.#told.add(key)
    return !known
  }

  /** The account is tried again: what is wrong with it then is news. */
  close({id}: AgentAccount): void {
    for (const problem of ['login', 'billing'] as const) this.#told.delete(`${problem} ${id}`)
  }

  /** Sets aside the agents of an account that have nothing under way; the others find out at their next turn, and join. */
  async setAside(account: AgentAccount, problem: AccountProblem, what: string): Promise<void> {
    for (const project of this.#options.store.projects()) {
      for (const agent of project.agents.filter(hasNothingUnderWay)) {
        if ((await this.of(project, agent)).id === account.id) await this.#setAside(project.id, agent.id, account, problem, what)
      }
    }
  }

  async #setAside(projectId: string, agentId: string, account: AgentAccount, problem: AccountProblem, what: string): Promise<void> {
    await this.#options.recorder.change(projectId, (project, now) => {
      const agent = findAgent(project, agentId)!
      if (!hasNothingUnderWay(agent)) return unchanged(project)
      const waitingFor = {what: problem, until: null, holder: null, account, aside: true} as const
      return agentChange(project, agent.id, 'limited', {source: 'orch', what, at: now}, {waitingFor})
    })
  }

  #waiting(id: string): Agent[] {
    return this.#options.store.projects().flatMap(({agents}) => agents.filter((agent) => accountProblem(agent)?.account.id === id))
  }
}

/** One that is ready has its first prompt under way, and finds out by itself. */
function hasNothingUnderWay({state}: Agent): boolean {
  return state === 'idle'
}
