import type {AgentDriver, Clock, ProcessIdentity, Terminal} from '@orch/plugin-kit'
import {isAlive} from '../domain/agent-states.js'
import {moveAgent, type Agent} from '../domain/agent.js'
import type {Host} from '../domain/host.js'
import {findAgent, withAgent, type Project} from '../domain/project.js'
import type {Store} from '../domain/store.js'
import type {AgentWatch} from './agent-watch.js'
import {approvalId} from './approval-start.js'
import type {ContractRecords} from './contract-records.js'
import type {Recorder} from './recorder.js'

/** Milliseconds an agent gets to leave by itself, and again after SIGTERM. */
const PATIENCE_MS = 5_000
const POLL_MS = 50

interface TerminatorOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly terminal: Terminal
  readonly drivers: ReadonlyMap<string, AgentDriver>
  readonly host: Host
  readonly watch: AgentWatch
  readonly contract: ContractRecords
  readonly clock: Clock
}

/** Ends agents: asks, then TERM, then KILL, by pid and start time, never by name. Windows stay, so that their last words can be read. */
export class Terminator {
  readonly #options: TerminatorOptions

  constructor(options: TerminatorOptions) {
    this.#options = options
  }

  async stopAll(project: Project, why: string): Promise<void> {
    await Promise.all(project.agents.map((agent) => this.stop(project.id, agent.id, why)))
  }

  /** The state is recorded first, so that the end is never taken for a crash. @throws ORCH_LEDGER: a bound agent is not ended then */
  async stop(projectId: string, agentId: string, why: string): Promise<void> {
    const known = findAgent(this.#options.store.project(projectId)!, agentId)!
    if (known.run && isAlive(known.state)) await this.#options.contract.aboutToEnd(known)
    const project = await this.#options.recorder.change(projectId, (before, now) => {
      const agent = findAgent(before, agentId)!
      if (!isAlive(agent.state) && agent.state !== 'planned' && agent.state !== 'waiting-port') return {project: before, events: []}
      const moved = moveAgent(agent, 'stopped', {source: 'orch', what: why, at: now}, {waitingFor: null})
      return {project: withAgent(before, moved.agent), events: moved.events}
    })
    const agent = findAgent(project, agentId)!
    if (!agent.run) return
    const {host} = this.#options
    const family = [
      ...(await host.family(agent.run.process, 'ORCH_RUN', agent.run.id)),
      ...(await host.family(null, 'ORCH_RUN', approvalId(agent.run))),
    ]
    if (family.length === 0) return
    await this.end(agent, family)
    await this.#options.watch.onStopped(project, agent)
  }

  /** Ends the processes of an agent: asks it to leave, then TERM, then KILL. Its record stays as it is. */
  async end(agent: Agent, family: readonly ProcessIdentity[]): Promise<void> {
    await this.#ask(agent)
    if (await this.#gone(family)) return
    await this.#signalAll(family, 'SIGTERM')
    if (await this.#gone(family)) return
    await this.#signalAll(family, 'SIGKILL')
    await this.#gone(family)
  }

  async #ask(agent: Agent): Promise<void> {
    const {terminal, drivers} = this.#options
    const driver = drivers.get(agent.kind)
    if (!agent.pane || !driver) return
    const composer = driver.readScreen(await terminal.capture(agent.pane).catch(() => ''))
    // Typing into a draft or a dialog would say something else than goodbye.
    if (composer.what !== 'composer' || composer.draft) return
    if ((await terminal.typeText(agent.pane, driver.exitText)) === 'sent') await terminal.pressKeys(agent.pane, ['Enter'])
  }

  async #gone(family: readonly ProcessIdentity[]): Promise<boolean> {
    const {clock, host} = this.#options
    const end = clock.monotonic() + PATIENCE_MS
    for (;;) {
      const alive = await Promise.all(family.map(async (member) => (await host.identify(member.pid))?.startedAt === member.startedAt))
      if (!alive.includes(true)) return true
      if (clock.monotonic() >= end) return false
      // The end of a process that is not our child cannot be awaited.
      await clock.sleep(POLL_MS)
    }
  }

  async #signalAll(family: readonly ProcessIdentity[], signal: NodeJS.Signals): Promise<void> {
    await Promise.all(family.map((member) => this.#options.host.signal(member, signal)))
  }
}
