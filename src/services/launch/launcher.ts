import {join} from 'node:path'
import {OrchError, type AgentDriver, type Ids, type LaunchSpec} from '@orch/plugin-kit'
import {isAlive} from '../../domain/agent-states.js'
import {withdrawRequests} from '../../domain/request.js'
import {sequence, unchanged, type Change} from '../../domain/change.js'
import {conversationOf} from '../../domain/conversation.js'
import {findAgent} from '../../domain/project.js'
import type {TmuxRooms} from '../../domain/tmux-rooms.js'
import {agentEnvironment, type EnvironmentContext} from './agent-environment.js'
import type {Briefings} from '../briefing/write.js'
import {projectEnvironment} from '../record/project-environment.js'
import {extend, launchRequest, promptFor} from './launch-request.js'
import {unbound} from '../oauth/port-gate.js'
import type {PortHolds} from '../oauth/port-holds.js'
import {START_TIMEOUT_MS, type Spawned, type StartLeases} from '../oauth/start-leases.js'
import {McpApprovalStart, type McpApprovalStartOptions} from './mcp-approval-start.js'
import type {McpInitialisation, StageStep} from './mcp-initialisation.js'
import type {Readiness} from './readiness.js'
import {requireUnprotected} from './spawn-guard.js'
import type {Placed} from './windows.js'
import type {GateRequest} from '../oauth/gate-request.js'
import type {Project} from '../../domain/model/project.js'
import type {Agent, Run} from '../../domain/model/agent.js'
import {agentChange} from '../../domain/agent-change.js'

interface LauncherOptions extends McpApprovalStartOptions {
  readonly readiness: Readiness
  readonly drivers: ReadonlyMap<string, AgentDriver>
  readonly mcp: McpInitialisation
  readonly briefings: Briefings
  readonly ids: Ids
  readonly rooms: Pick<TmuxRooms, 'prepare'>
  readonly context: Pick<EnvironmentContext, 'state' | 'socket' | 'bin'>
  readonly leases: StartLeases
  readonly holds: PortHolds
  readonly attended: (project: string) => boolean
}

/** Milliseconds an agent has at least for a report to the next supervisor: its last one may be spooled, or be sent again. */
const GO_ON_MS = 15_000

/** Until the process of a run is in it, the pane has that of the run before, whose end may be told late and is no news of this one. */
const OFF_ITS_PANE = {window: null, pane: null} as const

/** Starts one agent: gate, MCP initialisation, hooks, spawn, ready. Every step can be done again by the next supervisor. */
export class Launcher {
  readonly #options: LauncherOptions
  readonly #starting = new Map<string, Promise<void>>()

  constructor(options: LauncherOptions) {
    this.#options = options
  }

  /**
   * Resolves when the agent is ready.
   * @throws ORCH_AGENT_START with its screen when it ended or did not get ready; ORCH_HOOK_FAILED for a veto
   */
  start(project: Project, agent: Agent, signal: AbortSignal): Promise<void> {
    // Asked twice, it is one start.
    const known = this.#starting.get(agent.id)
    if (known) return known
    const started = this.#start(project, agent, signal).finally(() => this.#starting.delete(agent.id))
    this.#starting.set(agent.id, started)
    return started
  }

  async #start(project: Project, known: Agent, signal: AbortSignal): Promise<void> {
    const {drivers} = this.#options
    const driver = drivers.get(known.kind)
    if (!driver)
      throw new OrchError('ORCH_CAPABILITY_MISSING', {
        capability: `agent:${known.kind}`,
        known: [...drivers.keys()].map((kind) => `agent:${kind}`),
      })
    if (known.state === 'starting' && known.run?.process) return this.#goOn(project, known, known.run, driver, signal)
    const agent = await this.#withConversation(project, known, driver)
    const run = await this.#recordRun(project, agent, driver)
    const request = this.#gateRequest(project, agent, run, signal)
    let spawned: Spawned | null = null
    try {
      if (driver.usesOauthPort) {
        await this.#options.watch.noticeVanished(project.id)
        await this.#options.gate.pass(request)
      }
      const spec = await this.#prepare(project, agent, run, driver, request)
      await this.#spawn(project, agent, run, spec, driver, request)
      spawned = {at: this.#options.clock.monotonic(), timeoutMs: project.options.readyTimeoutMs ?? spec.readyTimeoutMs}
      await this.#options.readiness.until(project.id, agent.id, driver, spawned.timeoutMs, signal)
    } catch (error) {
      if (!signal.aborted) await this.#backToPlanned(project.id, agent.id)
      throw error
    } finally {
      if (driver.usesOauthPort) await this.#options.leases.afterStart(project.id, agent.id, request, spawned)
    }
  }

  /** A start that broke off before its process was there may be asked again. */
  async #backToPlanned(projectId: string, agentId: string): Promise<void> {
    const agent = this.#options.store.project(projectId)?.agents.find(({id}) => id === agentId)
    const isBegun = agent?.state === 'waiting-port' || (agent?.state === 'starting' && !agent.run?.process)
    if (isBegun) await this.#move(projectId, agentId, 'planned', 'its start broke off')
  }

  /** A supervisor before this one spawned it: its start goes on, under the lease it has. */
  async #goOn(project: Project, agent: Agent, run: Run, driver: AgentDriver, signal: AbortSignal): Promise<void> {
    const {gate, leases, readiness, clock} = this.#options
    const request = this.#gateRequest(project, agent, run, signal)
    // The time it had under the supervisors before counts: else one that is killed again and again waits for ever.
    const over = clock.now() - (agent.since ?? run.startedAt)
    const timeoutMs = Math.max(GO_ON_MS, (project.options.readyTimeoutMs ?? START_TIMEOUT_MS) - over)
    const spawned = {at: clock.monotonic(), timeoutMs}
    if (driver.usesOauthPort) await gate.inherit(request)
    try {
      await this.#noticeEnd(project.id, agent.id, agent.pane, false)
      await readiness.until(project.id, agent.id, driver, spawned.timeoutMs, signal)
    } finally {
      if (driver.usesOauthPort) await leases.afterStart(project.id, agent.id, request, spawned)
    }
  }

  /** The agent with the conversation its next run is to have. */
  async #withConversation(project: Project, agent: Agent, driver: AgentDriver): Promise<Agent> {
    const {files, ids} = this.#options
    const {conversation, transcript, directory} = agent
    const env = await projectEnvironment(files, project)
    const isOnDisk = (await driver.hasConversation?.({conversation, transcript: transcript?.path ?? null, directory, env})) ?? null
    return {...agent, ...conversationOf(agent, isOnDisk, () => ids.uuid())}
  }

  /** The run is on disk before its process exists: a later look at the process finds its owner. */
  async #recordRun(project: Project, agent: Agent, driver: AgentDriver): Promise<Run> {
    const {ids, clock} = this.#options
    // A run whose process nobody has seen yet may still be on its way into its window: it is not replaced by another.
    const run: Run =
      agent.run && !agent.run.process ? agent.run : {id: ids.next('r'), token: ids.token(), process: null, startedAt: clock.now()}
    const to = driver.usesOauthPort ? 'waiting-port' : 'starting'
    const {conversation, hasConversation, transcript, context} = agent
    const changes = {
      run,
      ...{conversation, hasConversation, transcript, ...(context ? {context} : {})},
      exitCode: null,
      ...(to === 'starting' ? OFF_ITS_PANE : {}),
      // Also one that was killed before it had said a word: else it would be started for ever.
      restarts: agent.restarts + (agent.run?.process ? 1 : 0),
    }
    await this.#move(project.id, agent.id, to, 'a start was asked', changes, (before, now) =>
      // The asker has ended, and whether this run still needs the answer it must say itself.
      withdrawRequests(before, agent.id, 'you were started again', () => ids.next('m'), now),
    )
    return run
  }

  async #prepare(project: Project, agent: Agent, run: Run, driver: AgentDriver, request: GateRequest): Promise<LaunchSpec> {
    const {files, mcp, bus, briefings, store} = this.#options
    const env = await this.#environment(project, agent, run)
    const approval = new McpApprovalStart(this.#options, {project, agent, run, driver, request}, () =>
      driver.launch(launchRequest(project, agent, run, env, {mcp: 'approval', briefing: '', firstPrompt: null})),
    )
    const stage = (step: StageStep) => approval.perform(step)
    const {servers, from} = await mcp.run({project, agent, env, signal: request.signal, stage})
    const briefing = await briefings.write(store.project(project.id) ?? project, agent, servers)
    const prompt = promptFor(agent, briefing)
    const spec = await driver.launch(launchRequest(project, agent, run, env, {mcp: from, briefing, firstPrompt: prompt}))
    const additions = await bus.emit('beforeAgentSpawn', {
      project: project.id,
      agent: agent.id,
      role: agent.role,
      kind: agent.kind,
      worktree: agent.worktree,
      argv: spec.command.argv,
      env: spec.command.env,
    })
    requireUnprotected(additions, spec.command)
    for (const file of spec.files) await files.writePrivate(file.path, file.content)
    for (const [name, content] of Object.entries(additions.files ?? {}))
      await files.writePrivate(join(agent.directory, 'plugins', name), content)
    return {...spec, command: extend(spec.command, additions)}
  }

  async #spawn(project: Project, agent: Agent, run: Run, spec: LaunchSpec, driver: AgentDriver, request: GateRequest): Promise<void> {
    const {host, bus} = this.#options
    const {ref, pid} = await this.#place(project, agent, run, spec, driver, request)
    const process = await host.identify(pid)
    await this.#move(project.id, agent.id, null, 'spawned', {window: ref.window, pane: ref.pane, run: {...run, process}})
    await this.#noticeEnd(project.id, agent.id, ref.pane, process === null)
    await bus.emit('afterAgentSpawn', {
      project: project.id,
      agent: agent.id,
      role: agent.role,
      kind: agent.kind,
      run: run.id,
      pane: ref.pane,
    })
  }

  /** Looks at the port once more and spawns, and does so again when the look had grown too old by the time a window could be made. */
  async #place(
    project: Project,
    agent: Agent,
    run: Run,
    {command}: LaunchSpec,
    driver: AgentDriver,
    request: GateRequest,
  ): Promise<Placed> {
    const {windows, gate, watch, clock} = this.#options
    for (;;) {
      if (driver.usesOauthPort) await watch.noticeVanished(project.id)
      const permit = driver.usesOauthPort ? await gate.confirm(request) : unbound(driver)
      if (findAgent(this.#options.store.project(project.id)!, agent.id)!.state === 'waiting-port') {
        await this.#move(project.id, agent.id, 'starting', 'the port is clear', OFF_ITS_PANE)
      }
      const placed = await windows.run(project.id, agent.id, run.id, command, permit)
      if (!placed) continue
      if (driver.usesOauthPort) {
        const {port, asked} = request
        const waitedMs = Math.round(clock.monotonic() - asked.monotonic)
        request.note('oauth.start', {port, run: run.id, askedAt: asked.at, waitedMs, givenUp: 'givenUp' in permit ? permit.givenUp : null})
      }
      return placed
    }
  }

  /**
   * It may have been gone, alone or with the whole tmux server, before its pane was on record: then nobody else hears of its end.
   * @param isGone its process is known to be no more
   */
  async #noticeEnd(projectId: string, agentId: string, pane: string | null, isGone: boolean): Promise<void> {
    const {store, watch, windows} = this.#options
    const found = await windows.find(projectId, agentId)
    const state = found?.pane === pane ? found : undefined
    if (!isGone && state && !state.dead) return
    const project = store.project(projectId)!
    const agent = findAgent(project, agentId)!
    if (isAlive(agent.state)) await watch.onEnd(project, agent, state?.exit ?? {code: null, signal: null}, state !== undefined)
  }

  async #environment(project: Project, agent: Agent, run: Run): Promise<Record<string, string>> {
    const {files, context, store} = this.#options
    const kept = await projectEnvironment(files, project)
    const sharesOauthPort = store
      .projects()
      .flatMap(({agents}) => agents)
      .some((other) => other.id !== agent.id && other.oauthPort === agent.oauthPort && isAlive(other.state))
    const wanted = project.options.oauth['exportCallbackPort']
    const exportCallbackPort = typeof wanted === 'boolean' ? wanted : !sharesOauthPort
    const tmuxFolder = await this.#options.rooms.prepare(project.id)
    const planPath = join(project.directory, 'plan.json')
    return agentEnvironment(project, agent, run, kept, {...context, planPath, tmuxFolder, exportCallbackPort})
  }

  #gateRequest(project: Project, agent: Agent, run: Run, signal: AbortSignal): GateRequest {
    const {clock, attended, recorder, holds} = this.#options
    return {
      port: agent.oauthPort,
      project: project.id,
      agent: agent.id,
      role: agent.role,
      run: run.id,
      reason: agent.hasConversation ? 'restart' : 'start',
      asked: {at: clock.now(), monotonic: clock.monotonic()},
      settings: project.options.oauth,
      attended: () => attended(project.id),
      onWait: (wait, hold) => void holds.record(project.id, agent.id, wait, hold),
      note: (type, data) => recorder.note(this.#options.store.project(project.id) ?? project, {type, agent: agent.id, data}),
      signal,
    }
  }

  async #move(
    projectId: string,
    agentId: string,
    to: Agent['state'] | null,
    what: string,
    changes: Partial<Agent> = {},
    also: (project: Project, now: number) => Change = unchanged,
  ): Promise<void> {
    await this.#options.recorder.change(projectId, (before, now) =>
      sequence(
        before,
        (project) => {
          const agent = findAgent(project, agentId)!
          return agentChange(project, agent.id, to, {source: 'orch', what, at: now}, {waitingFor: null, ...changes})
        },
        (project) => also(project, now),
      ),
    )
  }
}
