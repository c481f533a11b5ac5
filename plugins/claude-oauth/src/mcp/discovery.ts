import {readFile, realpath} from 'node:fs/promises'
import {homedir} from 'node:os'
import {join} from 'node:path'
import {messageOf, type McpInitInput, type McpServer, type McpVerdict} from '@orch/plugin-kit'

export interface DiscoveredServers {
  /** One for each name; where a name is configured twice, the entry Claude Code would use. */
  readonly servers: readonly McpServer[]
  /** Names the person switched off for this repository. */
  readonly disabled: ReadonlySet<string>
  /** Files that could not be read; `server` is then the file. */
  readonly problems: readonly McpVerdict[]
}

type Json = Readonly<Record<string, unknown>>

/**
 * Finds the MCP servers Claude Code would offer in this repository: `.mcp.json` of the worktree (that of the main checkout where the worktree has
 * none, because it was never committed), the person's own of `~/.claude.json`, and the person's own for this repository there. Nearer ones win: repository entry over `.mcp.json` over person (Claude Code's documentation,
 * "MCP installation scopes").
 */
export async function discoverServers({
  worktree,
  repository,
  env,
}: Pick<McpInitInput, 'worktree' | 'repository' | 'env'>): Promise<DiscoveredServers> {
  const problems: McpVerdict[] = []
  const readIfThere = async (path: string): Promise<Json | null> => {
    try {
      return objectOr(JSON.parse(await readFile(path, 'utf8')))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      problems.push({server: path, verdict: 'failed', why: `cannot be read: ${messageOf(error)}`})
      return {}
    }
  }
  const person = (await readIfThere(personFile(env))) ?? {}
  const project = (await readIfThere(join(worktree, '.mcp.json'))) ?? (await readIfThere(join(repository, '.mcp.json'))) ?? {}
  const entry = objectOr(objectOr(person['projects'])[await realpath(repository)])
  const byName = new Map<string, McpServer>()
  for (const server of [...serversIn(person, 'user'), ...serversIn(project, 'project'), ...serversIn(entry, 'user')])
    byName.set(server.name, server)
  return {
    servers: [...byName.values()],
    disabled: new Set([...strings(entry['disabledMcpServers']), ...strings(entry['disabledMcpjsonServers'])]),
    problems,
  }
}

/** The file in which Claude Code keeps what belongs to the person. */
export function personFile(env: Readonly<Record<string, string>>): string {
  return join(env['CLAUDE_CONFIG_DIR'] ?? env['HOME'] ?? homedir(), '.claude.json')
}

/** The servers of the person's file alone. */
export async function personServers(file: string): Promise<{servers: readonly McpServer[]; problem: string | null}> {
  try {
    return {servers: serversIn(objectOr(JSON.parse(await readFile(file, 'utf8'))), 'user'), problem: null}
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    return {servers: [], problem: isMissing ? null : `cannot be read: ${messageOf(error)}`}
  }
}

function serversIn(document: Json, source: McpServer['source']): McpServer[] {
  return Object.entries(objectOr(document['mcpServers'])).map(([name, config]) => ({name, source, config: objectOr(config)}))
}

function objectOr(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
