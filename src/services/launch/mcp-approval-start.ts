import {
  OrchError,
  type AgentDriver,
  type Clock,
  type LaunchSpec,
  type OauthLedger,
  type PaneCommand,
  type PaneRef,
  type Terminal,
} from '@orch/plugin-kit'
import type {HookBus} from '@orch/plugin-kit/host'
import {isAlive} from '../../domain/agent-states.js'
import {approvalId} from '../../domain/agent.js'
import type {Files} from '../../domain/ports/files.js'
import type {Host} from '../../domain/ports/host.js'
import {findAgent} from '../../domain/project.js'
import type {Store} from '../../domain/ports/store.js'
import type {AgentEvents} from '../agents/agent-events.js'
import type {ContractJournal} from '../oauth/contract-journal.js'
import type {ChangeFeed} from '../record/change-feed.js'
import type {StageStep} from './mcp-initialisation.js'
import {unbound, type PortGate} from '../oauth/port-gate.js'
import type {Recorder} from '../record/recorder.js'
import {SteadyDialog} from '../screens/steady-dialog.js'
import type {AgentStopper} from '../agents/stop-agent.js'
import type {Placed, Windows} from './windows.js'
import type {GateRequest} from '../oauth/gate-request.js'
import type {Project} from '../../domain/model/project.js'
import type {Agent, Run} from '../../domain/model/agent.js'
import {agentChange} from '../../domain/agent-change.js'

/** Milliseconds in which the end of a process must have been seen: the terminal tells of it within two seconds. */
const SEEN_MS = 10_000

export interface McpApprovalStartOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly feed: ChangeFeed
  readonly windows: Windows
  readonly terminal: Terminal
  readonly terminator: AgentStopper
  readonly gate: PortGate
  readonly ledger: OauthLedger
  readonly contract: ContractJournal
  readonly watch: AgentEvents
  readonly bus: HookBus
  readonly files: Files
  readonly host: Host
  readonly clock: Clock
}

/** The start that an approval comes before. */
export interface StartUnderWay {
  readonly project: Project
  readonly agent: Agent
  readonly run: Run
  readonly driver: AgentDriver
  readonly request: GateRequest
}

/**
 * The first of the two starts of a two-stage MCP initialisation: the agent is started to approve its servers, leaves, and its window is killed. Its start, its
 * exit and its kill are bound by the OAuth timing contract like any other.
 */
export class McpApprovalStart {
  readonly #options: McpApprovalStartOptions
  readonly #start: StartUnderWay
  readonly #launch: () => Promise<LaunchSpec>
  #ref: PaneRef | null = null

  /** @param launch has the driver say how the agent is started for an approval */
  constructor(options: McpApprovalStartOptions, start: StartUnderWay, launch: () => Promise<LaunchSpec>) {
    this.#options = options
    this.#start = start
    this.#launch = launch
  }

  /**
   * Executes one step; claude-oauth gives them in their order.
   * @throws ORCH_AGENT_START with the screen when it ended early or its dialogs took too long; ORCH_LEDGER; the signal's reason
   */
  async perform(step: StageStep): Promise<void> {
    try {
      switch (step.step) {
        case 'start':
          return await this.#run(step.minMs)
        case 'gate':
          return await this.#approve(step)
        case 'exit':
          return await this.#leave(step.minMs)
        case 'kill':
          return await this.#kill()
        case 'recreate':
          return await this.#sleep(step.minMs)
      }
    } catch (error) {
      // A process that nobody will look after again is ended; a supervisor that stops leaves it to the next one.
      if (!this.#start.request.signal.aborted) await this.#end()
      throw error
    }
  }

  async #run(minMs: number): Promise<void> {
    const {files} = this.#options
    const {run} = this.#start
    const {command, files: toWrite} = await this.#launch()
    for (const {path, content} of toWrite) await files.writePrivate(path, content)
    // Without socket and token its hooks tell nobody anything.
    const env = Object.fromEntries(Object.entries(command.env).filter(([name]) => name !== 'ORCH_SOCKET' && name !== 'ORCH_TOKEN'))
    const id = approvalId(run)
    const {ref} = await this.#place({...command, env: {...env, ORCH_RUN: id}})
    this.#ref = ref
    await this.#move(null, 'started to approve its MCP servers', {window: ref.window, pane: ref.pane})
    await this.#sleep(minMs)
  }

  /** Looks at the port once more and spawns, and does so again when the look had grown too old by the time a window could be made. */
  async #place(command: PaneCommand): Promise<Placed> {
    const {windows, gate, watch} = this.#options
    const {project, agent, run, driver, request} = this.#start
    for (;;) {
      if (driver.usesOauthPort) await watch.noticeVanished(project.id)
      const permit = driver.usesOauthPort ? await gate.confirm(request) : unbound(driver)
      await this.#move('starting', 'started to approve its MCP servers')
      const placed = await windows.run(project.id, agent.id, approvalId(run), command, permit)
      if (placed) return placed
    }
  }

  async #approve({approve, keyMs, minMs, timeoutMs}: StageStep & {step: 'gate'}): Promise<void> {
    const {clock, terminal} = this.#options
    const {driver} = this.#start
    const end = clock.monotonic() + timeoutMs
    const dialog = new SteadyDialog(clock)
    let settledAt: number | null = null
    for (let isAsked = false; ; await this.#sleep(keyMs)) {
      if (!isAlive(this.#agent().state)) throw await this.#failure('it ended while its MCP servers were being approved')
      const reading = driver.readScreen(await terminal.capture(this.#ref!.pane).catch(() => ''), approve)
      const keys = dialog.keysFor(reading)
      if (reading.what === 'composer') {
        // What was approved is being connected to, and a further dialog may come up.
        if (settledAt !== null && clock.monotonic() - settledAt >= minMs) return
        settledAt ??= clock.monotonic()
        if (isAsked) await this.#move('starting', 'the dialog is gone')
        isAsked = false
        continue
      }
      settledAt = null
      if (reading.what === 'dialog' && reading.answer === null) {
        if (!isAsked) await this.#askPerson(`${reading.name}: ${reading.text}`)
        isAsked = true
      } else if (!isAsked && clock.monotonic() >= end) {
        throw await this.#failure(`the approval of its MCP servers was not over within ${Math.round(timeoutMs / 1000)} s`)
      } else if (keys) await terminal.pressKeys(this.#ref!.pane, keys)
    }
  }

  /** The watch of the terminal records the exit, as for every agent, and with it the lease goes. */
  async #leave(minMs: number): Promise<void> {
    const {clock} = this.#options
    const asked = clock.monotonic()
    await this.#end()
    const {project, agent, request} = this.#start
    const hasEnded = (now: Project) => !isAlive(findAgent(now, agent.id)!.state)
    const isSeen = await this.#options.feed.within(project.id, hasEnded, SEEN_MS, request.signal)
    if (!isSeen) throw await this.#failure('its exit after the approval of its MCP servers was not seen')
    await this.#sleep(asked + minMs - clock.monotonic())
  }

  /**
   * The port first, as the original waits after the exit. The kill is in the ledger before it is done, and again when it is: the floor counts from the later. Then
   * the lease again, which goes with every end of a bound agent; the start proper finds it taken.
   */
  async #kill(): Promise<void> {
    const {gate, ledger, terminal, contract} = this.#options
    const {project, agent, driver} = this.#start
    await this.#move('waiting-port', 'its MCP servers are approved')
    if (driver.usesOauthPort) await gate.pass(this.#requestNow())
    await contract.ended(project, this.#agent(), false)
    const {window} = this.#ref!
    this.#ref = null
    // Off the record first: a window that is gone from it is a kill nobody told of.
    await this.#move(null, 'its MCP servers are approved', {window: null, pane: null})
    await terminal.killWindow(window)
    if (!driver.usesOauthPort) return
    await ledger.recordKill(agent.oauthPort)
    await gate.pass(this.#requestNow())
  }

  /** T of the contract is now. */
  #requestNow(): GateRequest {
    const {clock} = this.#options
    return {...this.#start.request, asked: {at: clock.now(), monotonic: clock.monotonic()}}
  }

  /** Asks it to leave, and ends it when it does not. */
  async #end(): Promise<void> {
    const {host, terminator, windows} = this.#options
    const {project, agent, run} = this.#start
    const pane = await windows.find(project.id, agent.id)
    if (!pane || pane.dead) return
    const family = await host.family(await host.identify(pane.pid), 'ORCH_RUN', approvalId(run))
    if (family.length > 0) await terminator.end({...agent, pane: pane.pane}, family)
  }

  async #askPerson(what: string): Promise<void> {
    await this.#move('needs-input', what, {waitingFor: {what: 'dialog', until: null, holder: null}}, 'screen')
  }

  async #failure(why: string): Promise<OrchError> {
    const screen = this.#ref ? await this.#options.terminal.capture(this.#ref.pane).catch(() => '') : ''
    return new OrchError('ORCH_AGENT_START', {agent: this.#start.agent.role, why, screen: screen.trim()})
  }

  #agent(): Agent {
    const {project, agent} = this.#start
    return findAgent(this.#options.store.project(project.id)!, agent.id)!
  }

  async #sleep(ms: number): Promise<void> {
    if (ms > 0) await this.#options.clock.sleep(ms, this.#start.request.signal)
  }

  async #move(to: Agent['state'] | null, what: string, changes: Partial<Agent> = {}, source: 'orch' | 'screen' = 'orch'): Promise<void> {
    await this.#options.recorder.change(this.#start.project.id, (project, now) => {
      const agent = findAgent(project, this.#start.agent.id)!
      return agentChange(project, agent.id, to, {source, what, at: now}, {waitingFor: null, ...changes})
    })
  }
}
