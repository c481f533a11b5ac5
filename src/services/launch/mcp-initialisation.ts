import {OrchError, type Clock, type McpInitAnswer, type McpProbe, type McpProber, type McpStep, type McpVerdict} from '@orch/plugin-kit'
import type {HookBus} from '@orch/plugin-kit/host'
import type {Files} from '../../domain/ports/files.js'
import type {Host} from '../../domain/ports/host.js'
import {unchanged} from '../../domain/change.js'
import {findAgent, withAgent} from '../../domain/project.js'
import type {Recorder} from '../record/recorder.js'
import type {Project} from '../../domain/model/project.js'
import type {Agent, McpServerState} from '../../domain/model/agent.js'

/** The steps that start and end the agent itself; its launcher does them. */
export type StageStep = Exclude<McpStep, {step: 'write' | 'probe'}>

export interface McpLaunch {
  readonly project: Project
  readonly agent: Agent
  readonly env: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** Executes a step of the two-stage path. */
  readonly stage: (step: StageStep) => Promise<void>
}

export interface McpOutcome {
  /** Servers the agent will have, with the tools that are known. */
  readonly servers: readonly {readonly name: string; readonly tools: readonly string[]}[]
  /** Where the agent takes them from. */
  readonly from: 'given' | 'found'
}

interface McpInitialisationOptions {
  readonly bus: HookBus
  readonly files: Files
  readonly recorder: Recorder
  readonly prober: McpProber
  readonly host: Host
  readonly clock: Clock
}

/** Marks what a probe started, so that nothing of it is left behind. */
const PROBE_MARK = 'ORCH_PROBE'
/** Milliseconds a process that a probe left behind gets after SIGTERM. */
const PATIENCE_MS = 1_000
const POLL_MS = 50
/** Milliseconds between two changes of the servers that are waited for: most have answered by the first. */
const TELL_MS = 1_000

/** Executes the steps that claude-oauth decides for an agent's MCP servers, and asks it again while there is something to probe. */
export class McpInitialisation {
  readonly #options: McpInitialisationOptions

  constructor(options: McpInitialisationOptions) {
    this.#options = options
  }

  /** @throws ORCH_MCP_SERVER when a server that is required failed; the signal's reason */
  async run(launch: McpLaunch): Promise<McpOutcome> {
    let probes: readonly McpProbe[] | null = null
    for (;;) {
      const answers = await this.#ask(launch, probes)
      const steps = answers.flatMap((answer) => answer.steps)
      const probed: McpProbe[] = []
      const verdicts = answers.flatMap((answer) => answer.verdicts)
      const isLast = !steps.some(({step}) => step === 'probe')
      if (isLast) await this.#judge(launch, verdicts)
      for (const step of steps) {
        if (step.step === 'write') await this.#options.files.writePrivate(step.path, step.content)
        else if (step.step === 'probe') probed.push(...(await this.#probe(launch, step)))
        else await launch.stage(step)
      }
      if (isLast) {
        const from = answers.some(({servers}) => servers === 'found') ? 'found' : 'given'
        return {servers: verdicts.filter(isThere).map(({server, tools = []}) => ({name: server, tools})), from}
      }
      probes = probed
    }
  }

  async #ask({project, agent, env}: McpLaunch, probes: readonly McpProbe[] | null): Promise<McpInitAnswer[]> {
    const answers = await this.#options.bus.emit('mcpInit', {
      agent: {id: agent.id, role: agent.role, kind: agent.kind},
      worktree: agent.worktree,
      directory: agent.directory,
      repository: project.repository.mainRoot,
      trusted: project.options.trusted,
      env,
      options: agent.options,
      settings: project.options.oauth,
      restart: agent.hasConversation,
      probes,
    })
    return answers.map(({value}) => value)
  }

  /** While it lasts the agent's record says which servers are still waited for. */
  async #probe({project, agent, env, signal}: McpLaunch, {servers, cwd, timeoutMs}: McpStep & {step: 'probe'}): Promise<McpProbe[]> {
    const {prober, recorder, clock} = this.#options
    const outstanding = new Set(servers.map(({name}) => name))
    await recorder.change(project.id, (before, now) => {
      const waitingFor = {what: 'mcp', until: now + timeoutMs, holder: null, servers: [...outstanding]} as const
      return {project: withAgent(before, {...findAgent(before, agent.id)!, waitingFor}), events: []}
    })
    const over = new AbortController()
    const telling = this.#tellOutstanding(project.id, agent.id, outstanding, over.signal)
    const mark = `${agent.id}-${clock.now()}`
    try {
      const onProbed = (server: string) => void outstanding.delete(server)
      return await prober.probe({servers, cwd, env: {...env, [PROBE_MARK]: mark}, timeoutMs, signal, onProbed})
    } finally {
      over.abort()
      await telling
      await this.#endLeftovers(mark)
      await recorder.change(project.id, (before) => ({
        project: withAgent(before, {...findAgent(before, agent.id)!, waitingFor: null}),
        events: [],
      }))
    }
  }

  /** Keeps the list of servers that are waited for true; at most once a second, for every write is the whole record. Never rejects. */
  async #tellOutstanding(projectId: string, agentId: string, outstanding: ReadonlySet<string>, over: AbortSignal): Promise<void> {
    const {recorder, clock} = this.#options
    for (let told = outstanding.size; ;) {
      const isOver = await clock.sleep(TELL_MS, over).then(
        () => false,
        () => true,
      )
      if (isOver) return
      if (outstanding.size === told || outstanding.size === 0) continue
      told = outstanding.size
      await recorder.change(projectId, (before) => {
        const agent = findAgent(before, agentId)
        if (agent?.waitingFor?.what !== 'mcp') return unchanged(before)
        return {project: withAgent(before, {...agent, waitingFor: {...agent.waitingFor, servers: [...outstanding]}}), events: []}
      })
    }
  }

  /** A server may leave children behind, in sessions of their own: they are known by the mark in their environment. */
  async #endLeftovers(mark: string): Promise<void> {
    const {host, clock} = this.#options
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const left = await host.family(null, PROBE_MARK, mark)
      if (left.length === 0) return
      for (const each of left) await host.signal(each, signal)
      const end = clock.monotonic() + PATIENCE_MS
      while (clock.monotonic() < end && (await host.family(null, PROBE_MARK, mark)).length > 0) await clock.sleep(POLL_MS)
    }
  }

  /** Recorded before anything is refused: the event log says why. */
  async #judge({project, agent}: McpLaunch, verdicts: readonly McpVerdict[]): Promise<void> {
    const {recorder} = this.#options
    const mcp = verdicts.map(({server, verdict, why}): McpServerState => ({server, verdict, why}))
    await recorder.change(project.id, (before) => ({
      project: withAgent(before, {...findAgent(before, agent.id)!, mcp}),
      events: verdicts.length > 0 ? [{type: 'mcp.init', agent: agent.id, data: {verdicts}}] : [],
    }))
    const fatal = verdicts.find(({verdict, required}) => verdict === 'failed' && required)
    if (fatal) throw new OrchError('ORCH_MCP_SERVER', {agent: agent.role, server: fatal.server, why: fatal.why, output: fatal.output ?? ''})
  }
}

function isThere({verdict}: McpVerdict): boolean {
  return verdict === 'answers' || verdict === 'configured' || verdict === 'needs-sign-in'
}
