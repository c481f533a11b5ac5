import {homedir} from 'node:os'
import {join} from 'node:path'
import type {McpProbe, McpServer} from '@orch/plugin-kit'
import {readBoundedText} from '@orch/plugin-kit/files'
import {transportOf} from './transport.js'

const MAX_BYTES = 1024 * 1024

type Env = Readonly<Record<string, string>>

/** What Claude Code keeps of a sign-in to a remote MCP server (2.1.197 and 2.1.330); one without a token was begun and not ended. */
interface KeptSignIn {
  readonly serverName?: unknown
  readonly serverUrl?: unknown
  readonly accessToken?: unknown
}

/**
 * A server that must be there, asks for a sign-in, and has none kept is as good as failed: nobody sits before the agent to sign in.
 * @returns the probe, or what it is worth then
 */
export async function withoutSignIn(probe: McpProbe, server: McpServer, env: Env): Promise<McpProbe> {
  if (probe.outcome !== 'needs-sign-in' || (await isSignedIn(server, env)) !== false) return probe
  return {...probe, outcome: 'failed', why: `${probe.why}, and Claude Code keeps none; sign in: claude mcp login ${probe.server}`}
}

/** Whether there is a token, never which. @returns null where it cannot be seen: macOS keeps it in the keychain */
async function isSignedIn({name, config}: McpServer, env: Env): Promise<boolean | null> {
  if (process.platform !== 'linux') return null
  const transport = transportOf(config, env)
  const path = join(env['CLAUDE_CONFIG_DIR'] ?? join(env['HOME'] ?? homedir(), '.claude'), '.credentials.json')
  try {
    const text = await readBoundedText(path, {maxBytes: MAX_BYTES})
    if (text === null) return false
    const {mcpOAuth = {}} = JSON.parse(text) as {mcpOAuth?: Readonly<Record<string, KeptSignIn>>}
    return Object.values(mcpOAuth).some(
      ({serverName, serverUrl, accessToken}) =>
        serverName === name && 'url' in transport && sameUrl(serverUrl, transport.url) && Boolean(accessToken),
    )
  } catch {
    return null
  }
}

function sameUrl(kept: unknown, {href}: URL): boolean {
  return typeof kept === 'string' && new URL(kept).href === href
}
