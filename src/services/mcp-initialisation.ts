import type {McpVerdict} from '@orch/plugin-kit'
import type {HookBus} from '@orch/plugin-kit/host'
import type {Agent} from '../domain/agent.js'
import type {Files} from '../domain/files.js'
import type {Project} from '../domain/project.js'
import type {Recorder} from './recorder.js'

/** Executes the steps that claude-oauth decides for an agent's MCP servers. */
export class McpInitialisation {
  readonly #bus: HookBus
  readonly #files: Files
  readonly #recorder: Recorder

  constructor(options: {bus: HookBus; files: Files; recorder: Recorder}) {
    this.#bus = options.bus
    this.#files = options.files
    this.#recorder = options.recorder
  }

  /** @returns the names of the servers the agent will have */
  async run(project: Project, agent: Agent, env: Readonly<Record<string, string>>): Promise<{servers: string[]}> {
    const answers = await this.#bus.emit('mcpInit', {
      agent: {id: agent.id, role: agent.role, kind: agent.kind},
      worktree: agent.worktree,
      directory: agent.directory,
      repository: project.repository.mainRoot,
      trusted: project.options.trusted,
      env,
    })
    const verdicts: McpVerdict[] = []
    for (const {value} of answers) {
      for (const {path, content} of value.steps) await this.#files.writePrivate(path, content)
      verdicts.push(...value.verdicts)
    }
    if (verdicts.length > 0) this.#recorder.note(project, {type: 'mcp.init', agent: agent.id, data: {verdicts}})
    return {servers: verdicts.filter(({verdict}) => verdict === 'configured').map(({server}) => server)}
  }
}
