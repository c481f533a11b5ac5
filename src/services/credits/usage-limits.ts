import type {AgentAccount, AgentDriver, Clock, Ids} from '@orch/plugin-kit'
import type {HookBus} from '@orch/plugin-kit/host'
import {accountProblem, isRenewed, stateByLimits, wake, wakeAt} from '../../domain/limits.js'
import {newMessage} from '../../domain/message.js'
import {moveProject} from '../../domain/project.js'
import type {Store} from '../../domain/ports/store.js'
import type {Accounts} from '../agents/accounts.js'
import type {Recorder} from '../record/recorder.js'
import type {Restarts} from '../agents/restarts.js'
import type {Project} from '../../domain/model/project.js'
import type {Agent} from '../../domain/model/agent.js'
import {unchanged} from '../../domain/change.js'

interface LimitsOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly accounts: Accounts
  readonly drivers: ReadonlyMap<string, AgentDriver>
  readonly restarts: Pick<Restarts, 'restart'>
  readonly bus: HookBus
  readonly clock: Clock
  readonly ids: Ids
}

/** Milliseconds between two agents of one account that are woken: all at once they would meet the next throttle. */
const WAKE_GAP_MS = 5_000

/** Brings limited agents back when their limit is over, and sets projects aside that can do nothing meanwhile. All of it stands in the records. */
export class Limits {
  readonly #options: LimitsOptions
  /** Monotonic milliseconds at which an agent of an account was woken last. */
  readonly #woken = new Map<string, number>()
  /** Ends of limits that hooks were told of, milliseconds UTC, by account. */
  readonly #announced = new Map<string, number>()
  /** The limit of each agent that was looked at last: its account is asked for once a limit. */
  readonly #known = new Map<string, number>()

  constructor(options: LimitsOptions) {
    this.#options = options
  }

  /** To be called every second or so. */
  async tick(): Promise<void> {
    const {store} = this.#options
    for (const {id} of store.projects()) {
      const limited = store.project(id)?.agents.filter(({state}) => state === 'limited') ?? []
      for (const agent of limited) await this.#lookAt(id, agent)
      await this.#settle(id)
    }
  }

  async #lookAt(projectId: string, agent: Agent): Promise<void> {
    const project = this.#options.store.project(projectId)!
    const trouble = accountProblem(agent)
    const due = wakeAt(agent)
    await this.#announce(project, agent)
    if (trouble) {
      const account = await this.#options.accounts.of(project, agent)
      // Where it cannot be seen that somebody has logged in, `orch resume` says so.
      if (!isRenewed(account, trouble.account)) return
      if (account.countsAtStart) await this.#restart(project, agent, trouble.account)
      else await this.#wake(project, agent, trouble.account, 'somebody has logged in')
    } else if (due !== null && this.#options.clock.now() >= due) {
      await this.#wake(project, agent, await this.#options.accounts.of(project, agent), 'the limit is over')
    }
  }

  /** Tells hooks of a limit when it is first seen, and again when its end moved. */
  async #announce(project: Project, agent: Agent): Promise<void> {
    const until = agent.waitingFor?.what === 'limit' ? agent.waitingFor.until : null
    if (until === null || this.#known.get(agent.id) === until) return
    this.#known.set(agent.id, until)
    const {id} = await this.#options.accounts.of(project, agent)
    if (this.#announced.get(id) === until) return
    this.#announced.set(id, until)
    await this.#options.bus.emit('creditsChanged', {account: id, limitedUntil: until})
  }

  async #wake(project: Project, agent: Agent, account: AgentAccount, what: string): Promise<void> {
    const {recorder, clock, ids, bus} = this.#options
    const last = this.#woken.get(account.id)
    if (last !== undefined && clock.monotonic() - last < WAKE_GAP_MS) return
    this.#woken.set(account.id, clock.monotonic())
    this.#options.accounts.close(account)
    const text = `Go on where you stopped: ${what}. Do not do again what is done already.`
    const letter = {from: 'orch', sender: 'orch', to: agent.id, kind: 'system', text} as const
    const message = newMessage(ids.next('m'), letter, clock.now())
    await recorder.change(project.id, (before, now) => wake(before, agent.id, message, {source: 'orch', what, at: now}))
    this.#announced.delete(account.id)
    await bus.emit('creditsChanged', {account: account.id, limitedUntil: null})
  }

  /** What its program holds is refused, and stays so until it ends. */
  async #restart(project: Project, agent: Agent, account: AgentAccount): Promise<void> {
    this.#options.accounts.close(account)
    await this.#options.restarts.restart(project.id, agent.id, {why: 'its credential was renewed', fresh: false})
  }

  /** A running project of which every agent is limited waits for credits; it runs again when one is not. */
  async #settle(projectId: string): Promise<void> {
    const {store, recorder} = this.#options
    const project = store.project(projectId)
    if (!project || stateByLimits(project) === project.state) return
    await recorder.change(projectId, (before, now) => {
      const to = stateByLimits(before)
      if (to === before.state) return unchanged(before)
      const evidence = {source: 'orch', what: reasonOf(before, to), at: now} as const
      return before.state === 'waiting-credits'
        ? moveProject(before, to, evidence, {resumeTo: null})
        : moveProject(before, to, evidence, {reason: evidence.what, resumeTo: 'running'})
    })
  }
}

function reasonOf({agents}: Project, to: Project['state']): string {
  if (to !== 'waiting-credits') return 'an agent can continue'
  return agents.find(({state}) => state === 'limited')!.evidence.what
}
