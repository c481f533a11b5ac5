import {join} from 'node:path'
import type {McpInitAnswer, McpInitInput, McpProbe, McpVerdict} from '@orch/plugin-kit'
import {settingsOf} from '../settings.js'
import {discoverServers} from './discovery.js'
import type {McpSettings} from './mcp-settings.js'
import {chooseServers, type ServerSet} from './server-set.js'
import {withoutSignIn} from './sign-in.js'
import {twoStage} from './two-stage.js'

/** Where the claude driver expects the servers of an agent: in the agent's folder, handed over with `--mcp-config … --strict-mcp-config`. */
export const MCP_CONFIG_FILE = 'mcp.json'

const NOTHING: McpInitAnswer = {steps: [], verdicts: []}

/**
 * Decides how an agent comes to its MCP servers. First its servers are probed; then, by strategy, they are written into a file that is handed over (`preapproved`:
 * the agent gets exactly what it may have, no dialog opens, nothing has to be killed), or approved in a start of their own (`two-stage`).
 */
export class McpPlanner {
  /**
   * @returns the steps that come next and what became of each server; nothing for agents that are not Claude Code
   * @throws ORCH_CONFIG for servers in the configuration that do not exist
   */
  async plan(input: McpInitInput): Promise<McpInitAnswer> {
    if (input.agent.kind !== 'claude') return NOTHING
    const {mcp, mcpStageMs} = settingsOf(input.settings)
    const found = await discoverServers(input)
    const set = chooseServers(found, mcp.strategy === 'two-stage' ? shared(mcp) : mcp, {
      role: input.agent.role,
      trusted: input.trusted,
      template: templateServers(input.options),
    })
    if (mcp.probe && input.probes === null && set.servers.length > 0) return {steps: [probeStep(set, input, mcpStageMs)], verdicts: []}
    const verdicts = [...verdictsOf(set, await this.#judged(set, input)), ...found.problems]
    const kept = set.servers.filter(({server: {name}}) => verdicts.some(({server, verdict}) => server === name && verdict !== 'failed'))
    if (mcp.strategy === 'two-stage') {
      const approve = kept.flatMap(({server: {name, source}}) => (source === 'project' ? [name] : []))
      // What was approved stays approved; a restart is a restart.
      return {steps: input.restart ? [] : twoStage(approve, mcpStageMs), verdicts, servers: 'found'}
    }
    const mcpServers = Object.fromEntries(kept.map(({server: {name, config}}) => [name, config]))
    const content = `${JSON.stringify({mcpServers}, null, 2)}\n`
    return {steps: [{step: 'write', path: join(input.directory, MCP_CONFIG_FILE), content}], verdicts}
  }

  /** What the answers are worth: a server that must be there also needs its sign-in. */
  async #judged({servers}: ServerSet, {probes, env}: McpInitInput): Promise<readonly McpProbe[] | null> {
    if (probes === null) return null
    const required = new Map(servers.filter(({policy}) => policy === 'required').map(({server}) => [server.name, server]))
    const judged: McpProbe[] = []
    for (const probe of probes) {
      const server = required.get(probe.server)
      judged.push(server ? await withoutSignIn(probe, server, env) : probe)
    }
    return judged
  }
}

/**
 * Claude Code 2.1.330 keeps one answer for a repository, whichever of its worktrees was asked (2.1.197 one for each): were one role to turn down what another
 * has, the first agent to start would decide for all. So the roles share what any of them has.
 */
function shared(mcp: McpSettings): McpSettings {
  const union = [...new Set(Object.values(mcp.roles).flat())]
  return {...mcp, roles: Object.fromEntries(Object.keys(mcp.roles).map((role) => [role, union]))}
}

/** Without trust nothing of the repository may run, so programs are started beside it: `npx` would take them from its node_modules. */
function probeStep({servers}: ServerSet, {trusted, worktree, directory}: McpInitInput, timeoutMs: number): McpInitAnswer['steps'][number] {
  return {step: 'probe', servers: servers.map(({server}) => server), cwd: trusted ? worktree : directory, timeoutMs}
}

function verdictsOf({servers, leftOut}: ServerSet, probes: readonly McpProbe[] | null): McpVerdict[] {
  return [
    ...servers.map(({server, policy}): McpVerdict => {
      const {name, source} = server
      const required = policy === 'required'
      const file = source === 'project' ? '.mcp.json' : '~/.claude.json'
      const probe = probes?.find((each) => each.server === name)
      if (!probe) return {server: name, verdict: 'configured', why: `from ${file}`, required}
      const {outcome, why, tools, output} = probe
      switch (outcome) {
        case 'answers':
          return {server: name, verdict: 'answers', why: `${why} (from ${file})`, tools, required}
        case 'unasked':
          return {server: name, verdict: 'configured', why: `${why} (from ${file})`, required}
        case 'needs-sign-in':
          return {
            server: name,
            verdict: 'needs-sign-in',
            why: `${why}; Claude Code may be signed in, else: claude mcp login ${name}`,
            required,
          }
        case 'failed':
          return {server: name, verdict: 'failed', why, required, output}
      }
    }),
    ...leftOut.map(({name, why}): McpVerdict => ({server: name, verdict: 'left-out', why})),
  ]
}

/** A role's options in a team template may name its servers: `agent: {claude: {mcpServers: […]}}`. */
function templateServers({mcpServers}: McpInitInput['options']): readonly string[] | null {
  return Array.isArray(mcpServers) ? mcpServers.filter((name) => typeof name === 'string') : null
}
