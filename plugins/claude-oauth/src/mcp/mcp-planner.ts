import {join} from 'node:path'
import type {McpInitAnswer, McpInitInput, McpServer, McpVerdict} from '@orch/plugin-kit'
import {discoverServers} from './discovery.js'

/** Where the claude driver expects the servers of an agent: in the agent's folder, handed over with `--mcp-config … --strict-mcp-config`. */
export const MCP_CONFIG_FILE = 'mcp.json'

const NOTHING: McpInitAnswer = {steps: [], verdicts: []}

/**
 * MCP initialisation by settings written before the start (`preapproved`): the agent gets exactly the servers it may have, no dialog opens, so
 * nothing has to be started, left and killed for it.
 */
export class McpPlanner {
  /** @returns the file to write and what became of each server; nothing for agents that are not Claude Code */
  async plan(input: McpInitInput): Promise<McpInitAnswer> {
    if (input.agent.kind !== 'claude') return NOTHING
    const found = await discoverServers(input)
    const judged = found.servers.map((server) => ({server, verdict: judge(server, input.trusted, found.disabled)}))
    const configured = judged
      .filter(({verdict}) => verdict.verdict === 'configured')
      .map(({server}) => [server.name, server.config] as const)
    return {
      steps: [
        {
          step: 'write',
          path: join(input.directory, MCP_CONFIG_FILE),
          content: `${JSON.stringify({mcpServers: Object.fromEntries(configured)}, null, 2)}\n`,
        },
      ],
      verdicts: [...judged.map(({verdict}) => verdict), ...found.problems],
    }
  }
}

function judge({name, source}: McpServer, trusted: boolean, disabled: ReadonlySet<string>): McpVerdict {
  if (disabled.has(name)) return {server: name, verdict: 'left-out', why: 'it is disabled for this repository in ~/.claude.json'}
  if (source === 'project' && !trusted) {
    return {server: name, verdict: 'left-out', why: 'it comes from .mcp.json and the repository is not trusted (--trust-project)'}
  }
  return {server: name, verdict: 'configured', why: source === 'project' ? 'from .mcp.json of a trusted repository' : 'from ~/.claude.json'}
}
