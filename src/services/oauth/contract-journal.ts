import type {AgentDriver, OauthLedger} from '@orch/plugin-kit'
import type {HookBus} from '@orch/plugin-kit/host'
import type {Recorder} from '../record/recorder.js'
import type {Project} from '../../domain/model/project.js'
import type {Agent} from '../../domain/model/agent.js'

interface ContractRecordsOptions {
  readonly drivers: ReadonlyMap<string, AgentDriver>
  readonly ledger: OauthLedger
  readonly bus: HookBus
  readonly recorder: Recorder
}

/** Tells the OAuth timing contract what became of bound agents: what it is not told of, no start waits for. */
export class ContractJournal {
  readonly #options: ContractRecordsOptions

  constructor(options: ContractRecordsOptions) {
    this.#options = options
  }

  /** Whether the contract binds this agent: its driver declares it. */
  binds({kind}: Agent): boolean {
    return this.#options.drivers.get(kind)?.usesOauthPort === true
  }

  /** Orch is about to end a bound agent. @throws ORCH_LEDGER when that cannot be recorded: then it is not to be ended */
  async aboutToEnd(agent: Agent): Promise<void> {
    if (this.binds(agent)) await this.#options.ledger.recordExit(agent.oauthPort)
  }

  /**
   * A bound agent's process ended. A dead pane that stands is an exit; a pane that is gone is a kill, by whomever (design § 7).
   * @throws ORCH_LEDGER
   */
  async ended(project: Project, agent: Agent, paneStands: boolean): Promise<void> {
    if (!this.binds(agent)) return
    if (paneStands) await this.#exited(project, agent)
    else await this.#killed(project, agent)
    // After the record: the next start on the port must find it.
    await this.startOver(project, agent)
  }

  /** The start of a bound agent is over. The supervisor that took the lease may have died since; so this gives the lease back. */
  async startOver(project: Project, agent: Agent): Promise<void> {
    const {ledger, recorder} = this.#options
    if (!this.binds(agent) || !agent.run) return
    const {oauthPort: port, run} = agent
    if (await ledger.releaseLease(port, run.id))
      recorder.note(project, {type: 'oauth.lease', agent: agent.id, data: {port, run: run.id, to: 'released'}})
  }

  async #exited(project: Project, {id, oauthPort: port, run}: Agent): Promise<void> {
    await this.#options.ledger.recordExit(port)
    this.#options.recorder.note(project, {type: 'oauth.exit', agent: id, data: {port, run: run?.id ?? null}})
  }

  async #killed(project: Project, {id, oauthPort: port, run, window}: Agent): Promise<void> {
    const {ledger, bus, recorder} = this.#options
    await ledger.recordKill(port)
    const {killedAt, asOf} = await ledger.history(port)
    const told = {port, run: run?.id ?? null, killedAt}
    recorder.note(project, {type: 'oauth.kill', agent: id, data: told})
    const settings = project.options.oauth
    const wait = await bus.emit('afterWindowKill', {port, agent: id, window: window ?? '', killedAt: killedAt ?? asOf, now: asOf, settings})
    if (wait !== 'clear')
      recorder.note(project, {
        type: 'oauth.wait',
        agent: id,
        data: {...told, notBefore: wait.notBefore, why: wait.why, holder: wait.holder},
      })
  }
}
