import {realpath} from 'node:fs/promises'
import {homedir} from 'node:os'
import {join} from 'node:path'
import {MAX_DEPTH, hasCode, isDeepJson, messageOf, type McpInitInput, type McpServer, type McpVerdict} from '@orch/plugin-kit'
import {readBoundedText} from '@orch/plugin-kit/files'

export interface DiscoveredServers {
  /** One for each name; where a name is configured twice, the entry Claude Code would use. */
  readonly servers: readonly McpServer[]
  /** Names the person switched off for this repository. */
  readonly disabled: ReadonlySet<string>
  /** Files that could not be read; `server` is then the file. */
  readonly problems: readonly McpVerdict[]
}

type Json = Readonly<Record<string, unknown>>

/** Written by hand. */
const PROJECT_BYTES = 1024 * 1024
/** Claude Code keeps a history of each repository in it. */
const PERSON_BYTES = 64 * 1024 * 1024

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
  const readIfThere = async (path: string, maxBytes: number): Promise<Json | null> => {
    try {
      return await readJson(path, maxBytes)
    } catch (error) {
      problems.push({server: path, verdict: 'failed', why: `cannot be read: ${reasonOf(error)}`})
      return {}
    }
  }
  const person = (await readIfThere(personFile(env), PERSON_BYTES)) ?? {}
  const project =
    (await readIfThere(join(worktree, '.mcp.json'), PROJECT_BYTES)) ??
    (await readIfThere(join(repository, '.mcp.json'), PROJECT_BYTES)) ??
    {}
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
    return {servers: serversIn((await readJson(file, PERSON_BYTES)) ?? {}, 'user'), problem: null}
  } catch (error) {
    return {servers: [], problem: `cannot be read: ${reasonOf(error)}`}
  }
}

/** @returns null when there is no such file @throws ORCH_FILE, SyntaxError */
async function readJson(path: string, maxBytes: number): Promise<Json | null> {
  const text = await readBoundedText(path, {maxBytes})
  if (text === null) return null
  if (isDeepJson(text)) throw new Error(`it nests deeper than ${MAX_DEPTH} levels`)
  return objectOr(JSON.parse(text))
}

function reasonOf(error: unknown): string {
  return hasCode(error, 'ORCH_FILE') ? error.details.why : messageOf(error)
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
