import type {
  AgentAccount,
  AgentDriver,
  AgentSignal,
  ConversationRefusal,
  Evidence,
  EvidenceSource,
  ExitStatus,
  HookReport,
  Logger,
  PaneExit,
  Terminal,
} from '@orch/plugin-kit'
import {isAlive} from '../../domain/agent-states.js'
import {moveAgent} from '../../domain/agent.js'
import {sequence, unchanged} from '../../domain/change.js'
import {refuseConversation} from '../../domain/conversation.js'
import type {DomainEvent} from '../../domain/event.js'
import type {Files} from '../../domain/ports/files.js'
import {returnUnreceived} from '../../domain/mailbox.js'
import {findAgent, withAgent} from '../../domain/project.js'
import {lastedLong} from '../../domain/restarts.js'
import {applySignal} from '../../domain/signals.js'
import type {Store} from '../../domain/ports/store.js'
import type {Accounts} from './accounts.js'
import type {ContractJournal} from '../oauth/contract-journal.js'
import type {ForeignPrompts} from './foreign-prompts.js'
import type {RunProcesses} from './run-processes.js'
import type {Recorder} from '../record/recorder.js'
import type {Project} from '../../domain/model/project.js'
import type {Agent} from '../../domain/model/agent.js'

interface AgentWatchOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly terminal: Terminal
  readonly drivers: ReadonlyMap<string, AgentDriver>
  readonly contract: ContractJournal
  readonly files: Files
  readonly accounts: Accounts
  readonly leftovers: RunProcesses
  readonly prompts: Pick<ForeignPrompts, 'note'>
  readonly logger: Logger
}

/** Scrollback kept of a pane that died. */
const LAST_WORDS_LINES = 5_000

/** Turns what agents report, and what becomes of their processes, into states with evidence. */
export class AgentEvents {
  readonly #options: AgentWatchOptions

  constructor(options: AgentWatchOptions) {
    this.#options = options
  }

  /** A hook of an agent's run reported. Reports of an older run change nothing. */
  async onReport(projectId: string, agentId: string, runId: string, report: HookReport): Promise<void> {
    const agent = this.#agent(projectId, agentId)
    const driver = agent && this.#options.drivers.get(agent.kind)
    if (!agent || !driver || agent.run?.id !== runId) return
    const signals = await this.#withoutMissing(driver.interpret(report))
    // After a clear it writes elsewhere; the receipts it wrote last stand at the end of the old one, and nobody would read them again.
    const moves = signals.some((signal) => signal.kind === 'transcript' && agent.transcript && signal.path !== agent.transcript.path)
    if (moves) await this.#readTranscript(projectId, agent)
    await this.#options.prompts.note(projectId, agent, signals)
    await this.#apply(projectId, agentId, runId, signals, 'hook', report.event)
    // The supervisor that took the lease may have died since; so the end of a start gives it back.
    const project = this.#options.store.project(projectId)
    if (project && signals.some(({kind}) => kind === 'ready')) await this.#options.contract.startOver(project, agent)
  }

  async #withoutMissing(signals: readonly AgentSignal[]): Promise<readonly AgentSignal[]> {
    const doubtful = signals.find((signal) => signal.kind === 'transcript' && signal.ifThere)
    if (doubtful?.kind !== 'transcript' || (await this.#options.files.exists(doubtful.path))) return signals
    return signals.filter((signal) => signal !== doubtful)
  }

  /** Reads on in the transcripts of a project: receipts that no hook tells of stand there. @param whose by default those of agents that run */
  async readTranscripts(projectId: string, whose: 'running' | 'all' = 'running'): Promise<void> {
    const agents = this.#options.store.project(projectId)?.agents ?? []
    const wanted = agents.filter(({state, transcript}) => transcript && (whose === 'all' || isAlive(state)))
    await Promise.all(wanted.map((agent) => this.#readTranscript(projectId, agent)))
  }

  /** A pane's process ended, or the pane is gone. */
  async onExit({pane, exit}: PaneExit, paneStands: boolean): Promise<void> {
    const found = this.#findByPane(pane)
    if (found) await this.onEnd(found.project, found.agent, exit, paneStands)
  }

  /** The terminal's server is gone, and with it every pane; an agent that was started again since, in a new server, is not. */
  async onServerLost(): Promise<void> {
    const known = this.#options.store.projects().flatMap((project) => project.agents.map((agent) => ({project, agent})))
    const panes = await this.#options.terminal.panes()
    for (const {project, agent} of known.filter(({agent: {state}}) => isAlive(state))) {
      const pid = agent.run?.process?.pid
      // A run whose process is not on record yet is looked after by its start.
      const isElsewhere = pid === undefined ? agent.state === 'starting' : panes.some((pane) => pane.pid === pid && !pane.dead)
      if (!isElsewhere) await this.onEnd(project, agent, {code: null, signal: null}, false)
    }
  }

  /**
   * An agent's process is no more. What it wrote last is read before its end is recorded, so that receipts still count.
   * @param paneStands its pane is there to be looked at, and to be started in again
   */
  async onEnd(project: Project, agent: Agent, exit: ExitStatus, paneStands: boolean): Promise<void> {
    // News of an earlier run may come late.
    if (this.#agent(project.id, agent.id)?.run?.id !== agent.run?.id) return
    const words = await this.#keepWhatItLeft(project, agent, paneStands)
    // First the contract, then the record: what is recorded may be started again at once, and after a crash in between it is told again.
    await this.#options.contract.ended(project, agent, paneStands)
    const refusal = this.#options.drivers.get(agent.kind)?.refusalOf?.(words) ?? null
    await this.#recordEnd(project.id, agent.id, paneStands ? 'exited' : 'lost', exit.code, describe(exit, paneStands), refusal)
    // Takes seconds, and nobody waits for it: the next run has another id.
    if (agent.run)
      void this.#options.leftovers
        .sweep(agent.run)
        .catch((error: unknown) => this.#options.logger.warn('processes cannot be ended', {agent: agent.id, error}))
  }

  /**
   * Looks for windows of ended agents that somebody destroyed since: a kill too, though nothing ran in them any more.
   * @param projectId only of this project; every project without it
   */
  async noticeVanished(projectId?: string): Promise<void> {
    const {store, terminal, contract, recorder} = this.#options
    const projects = store.projects().filter(({id}) => projectId === undefined || id === projectId)
    const ended = projects.flatMap((project) =>
      project.agents
        .filter((agent) => agent.pane !== null && !isAlive(agent.state) && contract.binds(agent))
        .map((agent) => ({project, agent})),
    )
    if (ended.length === 0) return
    const panes = new Set((await terminal.panes()).map(({pane}) => pane))
    for (const {project, agent} of ended.filter(({agent: {pane}}) => !panes.has(pane!))) {
      await contract.ended(project, agent, false)
      await recorder.change(project.id, (before) => {
        const now = findAgent(before, agent.id)!
        return {project: now.pane === agent.pane ? withAgent(before, {...now, pane: null, window: null}) : before, events: []}
      })
    }
  }

  /** Orch stopped an agent itself: its state is on record, and its pane stands. What it has no receipt for waits for its next run. */
  async onStopped(project: Project, agent: Agent): Promise<void> {
    await this.#keepWhatItLeft(project, agent, true)
    await this.#options.contract.ended(project, agent, true)
    await this.#options.recorder.change(project.id, (now, at) => returnUnreceived(now, agent.id, at))
  }

  /** @returns its last words; none without its pane */
  async #keepWhatItLeft(project: Project, agent: Agent, paneStands: boolean): Promise<string> {
    const words = paneStands && agent.pane ? await this.#keepLastWords(agent) : ''
    await this.#readTranscript(project.id, agent)
    return words
  }

  /** Messages without a receipt wait for the agent's next run. */
  async #recordEnd(
    projectId: string,
    agentId: string,
    to: 'exited' | 'lost',
    exitCode: number | null,
    what: string,
    refusal: ConversationRefusal | null,
  ): Promise<void> {
    await this.#options.recorder.change(projectId, (project, now) => {
      const known = findAgent(project, agentId)!
      const agent = refusal !== null && known.state === 'starting' ? refuseConversation(known, refusal) : known
      const evidence: Evidence = {source: 'process', what, at: now}
      const moved = isAlive(agent.state)
        ? moveAgent(agent, to, evidence, {exitCode, waitingFor: null, ...(lastedLong(agent, now) ? {restarts: 0} : {})})
        : {agent: {...agent, exitCode}, events: []}
      const returned = returnUnreceived(withAgent(project, moved.agent), agentId, now)
      return {project: returned.project, events: [...moved.events, ...returned.events]}
    })
  }

  async #readTranscript(projectId: string, {id}: Agent): Promise<void> {
    const agent = this.#agent(projectId, id)
    const driver = agent && this.#options.drivers.get(agent.kind)
    if (!agent?.transcript || !agent.run || !driver) return
    try {
      const {path, position} = agent.transcript
      const reading = await driver.readTranscript(path, position)
      if (reading.position === position && reading.signals.length === 0) return
      // Meanwhile it may have begun to write elsewhere; that is not taken back.
      await this.#apply(projectId, id, agent.run.id, reading.signals, 'transcript', 'read on', ({transcript}) =>
        transcript?.path === path ? {transcript: {path, position: reading.position}} : {},
      )
    } catch (error) {
      this.#options.logger.warn('a transcript cannot be read', {agent: id, error})
    }
  }

  async #apply(
    projectId: string,
    agentId: string,
    runId: string,
    signals: readonly AgentSignal[],
    source: EvidenceSource,
    what: string,
    changes: (agent: Agent) => Partial<Agent> = () => ({}),
  ): Promise<void> {
    const {recorder, accounts, store} = this.#options
    const refusal = signals.find((signal) => signal.kind === 'account') ?? null
    const before = store.project(projectId)
    const agentBefore = before && findAgent(before, agentId)
    const account = refusal && before && agentBefore ? await accounts.of(before, agentBefore) : null
    const trouble = refusal && withAdvice(refusal, account)
    const isNews = trouble && account ? accounts.open(account, trouble.problem) : false
    await recorder.change(projectId, (project, now) => {
      const agent = findAgent(project, agentId)
      if (agent?.run?.id !== runId) return unchanged(project)
      return sequence(
        withAgent(project, {...agent, ...changes(agent)}),
        ...signals.map(
          (signal) => (next: Project) =>
            applySignal(next, agentId, signal === refusal && trouble ? trouble : signal, {source, what, at: now}, account),
        ),
        (next) => ({
          project: next,
          events: isNews && trouble && account ? [accountEvent(agentId, account, trouble)] : [],
        }),
      )
    })
    if (trouble && account) await accounts.setAside(account, trouble.problem, trouble.what)
  }

  async #keepLastWords(agent: Agent): Promise<string> {
    let words = ''
    try {
      words = await this.#options.terminal.capture(agent.pane!, LAST_WORDS_LINES)
      await this.#options.files.writePrivate(`${agent.directory}/last-words.txt`, `${words}\n`)
    } catch (error) {
      // That it ended matters more than what it said.
      this.#options.logger.warn('the last words of an agent cannot be kept', {agent: agent.id, error})
    }
    return words
  }

  #agent(projectId: string, agentId: string): Agent | undefined {
    const project = this.#options.store.project(projectId)
    return project && findAgent(project, agentId)
  }

  #findByPane(pane: string): {project: Project; agent: Agent} | undefined {
    for (const project of this.#options.store.projects()) {
      const agent = project.agents.find((candidate) => candidate.pane === pane && isAlive(candidate.state))
      if (agent) return {project, agent}
    }
    return undefined
  }
}

function withAdvice(signal: AgentSignal & {kind: 'account'}, account: AgentAccount | null): AgentSignal & {kind: 'account'} {
  return signal.problem === 'login' && account?.renew ? {...signal, what: `${signal.what}: ${account.renew}`} : signal
}

function accountEvent(agent: string, {id}: AgentAccount, {problem, what}: AgentSignal & {kind: 'account'}): DomainEvent {
  return {type: 'incident', agent, data: {account: id, problem, what}}
}

function describe(exit: ExitStatus, paneStands: boolean): string {
  if (!paneStands) return 'its window is gone'
  if (exit.signal !== null) return `ended by ${exit.signal}`
  return exit.code === null ? 'ended, exit status unknown' : `exit code ${exit.code}`
}
