import {join} from 'node:path'
import {
  OrchError,
  type AgentDriver,
  type Clock,
  type Ids,
  type LaunchRequest,
  type LaunchSpec,
  type OauthLedger,
  type Terminal,
  type PaneCommand,
  type SpawnAdditions,
} from '@orch/plugin-kit'
import type {HookBus} from '@orch/plugin-kit/host'
import {isAlive} from '../domain/agent-states.js'
import {moveAgent, type Agent, type Run} from '../domain/agent.js'
import type {Files} from '../domain/files.js'
import type {Host} from '../domain/host.js'
import {findAgent, withAgent, type Project} from '../domain/project.js'
import type {Store} from '../domain/store.js'
import {agentEnvironment, type EnvironmentContext} from './agent-environment.js'
import type {Briefings} from './briefings.js'
import {ApprovalStart} from './approval-start.js'
import type {Feed} from './feed.js'
import {unbound, type GateRequest, type PortGate, type StartPermit} from './port-gate.js'
import type {McpInitialisation} from './mcp-initialisation.js'
import type {Readiness} from './readiness.js'
import type {Recorder} from './recorder.js'
import {requireUnprotected} from './spawn-guard.js'
import type {Terminator} from './terminator.js'
import type {Windows} from './windows.js'

interface LauncherOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly readiness: Readiness
  readonly windows: Windows
  readonly drivers: ReadonlyMap<string, AgentDriver>
  readonly bus: HookBus
  readonly gate: PortGate
  readonly mcp: McpInitialisation
  readonly terminator: Terminator
  readonly terminal: Terminal
  readonly ledger: OauthLedger
  readonly feed: Feed
  readonly briefings: Briefings
  readonly files: Files
  readonly host: Host
  readonly clock: Clock
  readonly ids: Ids
  readonly context: Pick<EnvironmentContext, 'state' | 'socket' | 'bin'>
  readonly attended: (project: string) => boolean
  /** undefined: exported when no other live agent has the same port. */
  readonly exportCallbackPort: () => boolean | undefined
}

/** Starts one agent: gate, MCP initialisation, hooks, spawn, ready. Every step can be done again by the next supervisor. */
export class Launcher {
  readonly #options: LauncherOptions

  constructor(options: LauncherOptions) {
    this.#options = options
  }

  /**
   * Resolves when the agent is ready.
   * @throws ORCH_AGENT_START with its screen when it ended or did not get ready; ORCH_HOOK_FAILED for a veto
   */
  async start(project: Project, agent: Agent, signal: AbortSignal): Promise<void> {
    const {drivers, gate} = this.#options
    const driver = drivers.get(agent.kind)
    if (!driver)
      throw new OrchError('ORCH_CAPABILITY_MISSING', {
        capability: `agent:${agent.kind}`,
        known: [...drivers.keys()].map((kind) => `agent:${kind}`),
      })
    const run = await this.#recordRun(project, agent, driver)
    const request = this.#gateRequest(project, agent, run, signal)
    try {
      const permit = driver.usesOauthPort ? await gate.pass(request) : unbound(driver)
      const prepared = await this.#prepare(project, agent, run, driver, {request, permit})
      if (driver.usesOauthPort) await gate.confirm(request)
      const spec = await this.#spawn(project, agent, run, prepared.spec, prepared.permit)
      await this.#options.readiness.until(project.id, agent.id, driver, project.options.readyTimeoutMs ?? spec.readyTimeoutMs, signal)
    } catch (error) {
      if (!signal.aborted) await this.#backToPlanned(project.id, agent.id)
      throw error
    } finally {
      if (driver.usesOauthPort) await gate.release(request).catch(() => undefined)
    }
  }

  /** A start that broke off before its process was there may be asked again. */
  async #backToPlanned(projectId: string, agentId: string): Promise<void> {
    const agent = this.#options.store.project(projectId)?.agents.find(({id}) => id === agentId)
    const isBegun = agent?.state === 'waiting-port' || (agent?.state === 'starting' && !agent.run?.process)
    if (isBegun) await this.#move(projectId, agentId, 'planned', 'its start broke off')
  }

  /** The run is on disk before its process exists: whoever finds the process later knows whose it is. */
  async #recordRun(project: Project, agent: Agent, driver: AgentDriver): Promise<Run> {
    const {ids, clock} = this.#options
    // A run whose process nobody has seen yet may still be on its way into its window: it is not replaced by another.
    const run: Run =
      agent.run && !agent.run.process ? agent.run : {id: ids.next('r'), token: ids.token(), process: null, startedAt: clock.now()}
    const to = driver.usesOauthPort ? 'waiting-port' : 'starting'
    await this.#move(project.id, agent.id, to, 'a start was asked', {
      run,
      exitCode: null,
      restarts: agent.restarts + (agent.conversed ? 1 : 0),
    })
    return run
  }

  async #prepare(
    project: Project,
    agent: Agent,
    run: Run,
    driver: AgentDriver,
    start: {readonly request: GateRequest; readonly permit: StartPermit},
  ): Promise<{spec: LaunchSpec; permit: StartPermit}> {
    const {files, mcp, bus, briefings, store} = this.#options
    const env = await this.#environment(project, agent, run)
    const {signal} = start.request
    const approval = new ApprovalStart(this.#options, {project, agent, run, driver, ...start}, () =>
      driver.launch(this.#launchRequest(project, agent, run, env, {mcp: 'approval', briefing: '', firstPrompt: null})),
    )
    const {servers, from} = await mcp.run({project, agent, env, signal, stage: (step) => approval.perform(step)})
    const briefing = await briefings.write(store.project(project.id) ?? project, agent, servers)
    const firstPrompt = agent.conversed ? restartPrompt(agent, briefing) : `Read your briefing in ${briefing} and start.`
    const spec = await driver.launch(this.#launchRequest(project, agent, run, env, {mcp: from, briefing, firstPrompt}))
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
    return {spec: {...spec, command: extend(spec.command, additions)}, permit: approval.permit}
  }

  #launchRequest(
    project: Project,
    agent: Agent,
    run: Run,
    env: Readonly<Record<string, string>>,
    given: Required<Pick<LaunchRequest, 'mcp' | 'briefing' | 'firstPrompt'>>,
  ): LaunchRequest {
    return {
      project: {id: project.id, name: project.name, repository: project.repository.mainRoot},
      agent: {id: agent.id, role: agent.role, title: agent.title},
      run: {id: run.id, token: run.token},
      conversation: agent.conversation,
      resume: agent.conversed,
      worktree: agent.worktree,
      directory: agent.directory,
      env,
      settings: project.options.drivers[agent.kind] ?? {},
      options: agent.options,
      readable: [project.directory, ...project.agents.filter(({id}) => id !== agent.id).map(({worktree}) => worktree)],
      ...given,
    }
  }

  async #spawn(project: Project, agent: Agent, run: Run, spec: LaunchSpec, permit: StartPermit): Promise<LaunchSpec> {
    const {windows, host, bus} = this.#options
    if (findAgent(this.#options.store.project(project.id)!, agent.id)!.state === 'waiting-port') {
      await this.#move(project.id, agent.id, 'starting', 'the port is clear')
    }
    const {ref, pid} = await windows.run(project.id, agent.id, run.id, spec.command, permit)
    const process = await host.identify(pid)
    await this.#move(project.id, agent.id, null, 'spawned', {window: ref.window, pane: ref.pane, run: {...run, process}})
    await bus.emit('afterAgentSpawn', {
      project: project.id,
      agent: agent.id,
      role: agent.role,
      kind: agent.kind,
      run: run.id,
      pane: ref.pane,
    })
    return spec
  }

  async #environment(project: Project, agent: Agent, run: Run): Promise<Record<string, string>> {
    const {files, context, store} = this.#options
    const kept = JSON.parse((await files.readText(join(project.directory, 'env.json'))) ?? '{}') as Record<string, string>
    const sharesOauthPort = store
      .projects()
      .flatMap(({agents}) => agents)
      .some((other) => other.id !== agent.id && other.oauthPort === agent.oauthPort && isAlive(other.state))
    const exportCallbackPort = this.#options.exportCallbackPort() ?? !sharesOauthPort
    return agentEnvironment(project, agent, run, kept, {...context, planPath: join(project.directory, 'plan.json'), exportCallbackPort})
  }

  #gateRequest(project: Project, agent: Agent, run: Run, signal: AbortSignal): GateRequest {
    const {clock, attended} = this.#options
    return {
      port: agent.oauthPort,
      agent: agent.id,
      run: run.id,
      reason: agent.conversed ? 'restart' : 'start',
      askedAt: clock.now(),
      attended: () => attended(project.id),
      onWait: (wait) =>
        void this.#move(project.id, agent.id, null, wait.why, {
          waitingFor: {what: 'port', until: wait.notBefore, holder: wait.holder},
        }).catch(() => undefined),
      signal,
    }
  }

  async #move(projectId: string, agentId: string, to: Agent['state'] | null, what: string, changes: Partial<Agent> = {}): Promise<void> {
    await this.#options.recorder.change(projectId, (project, now) => {
      const agent = findAgent(project, agentId)!
      const moved = moveAgent(agent, to ?? agent.state, {source: 'orch', what, at: now}, {waitingFor: null, ...changes})
      return {project: withAgent(project, moved.agent), events: moved.events}
    })
  }
}

function restartPrompt({evidence}: Agent, briefing: string): string {
  return `You were started again after an interruption (${evidence.what}). Your briefing is in ${briefing}. Look at git status and orch inbox, and go on where you stopped.`
}

function extend(command: PaneCommand, {args = [], env = {}}: SpawnAdditions): PaneCommand {
  return {...command, argv: [...command.argv, ...args], env: {...command.env, ...env}}
}
