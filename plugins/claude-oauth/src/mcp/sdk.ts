/**
 * The MCP SDK, as far as a probe needs it: the only file that names it. It is a tool of the build: `scripts/bundle-libraries.mjs` puts what is
 * used of it into this file's own JavaScript, so the package installs without it. The types below are ours for the same reason.
 */
import {Client} from '@modelcontextprotocol/sdk/client/index.js'
import {SSEClientTransport} from '@modelcontextprotocol/sdk/client/sse.js'
import {StreamableHTTPClientTransport} from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type {Transport} from '@modelcontextprotocol/sdk/shared/transport.js'

/** A way to a server: one JSON-RPC message at a time, in both directions. The SDK's `Transport`. */
export interface Channel {
  start(): Promise<void>
  send(message: object): Promise<void>
  close(): Promise<void>
  onclose?: (() => void) | undefined
  onerror?: ((error: Error) => void) | undefined
  onmessage?: ((message: object) => void) | undefined
}

/** What a server says of itself. */
export interface Introduction {
  /** As the server names itself; null when it does not. */
  readonly server: {readonly name: string; readonly version: string} | null
  readonly tools: readonly string[]
}

export interface IntroductionLimits {
  /** Milliseconds for each of the questions; whoever calls has a limit over all of them. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** @param kind the streamable HTTP transport, or the older one of server-sent events */
export function remoteChannel(kind: 'http' | 'sse', url: URL, headers: Readonly<Record<string, string>>): Channel {
  const options = {requestInit: {headers: {...headers}}}
  return (kind === 'http' ? new StreamableHTTPClientTransport(url, options) : new SSEClientTransport(url, options)) as Channel
}

/**
 * Asks a server `initialize` and, where it has tools, `tools/list`, and closes the channel.
 * @param version of orch, told to the server
 * @throws what the SDK throws; errors of remote servers carry the HTTP status as `code`
 */
export async function introduce(channel: Channel, version: string, {timeoutMs, signal}: IntroductionLimits): Promise<Introduction> {
  const client = new Client({name: 'orch', version})
  const options = {timeout: timeoutMs, signal}
  try {
    await client.connect(channel as Transport, options)
    const tools: string[] = []
    let cursor: string | undefined
    while (client.getServerCapabilities()?.tools) {
      const page = await client.listTools(cursor === undefined ? {} : {cursor}, options)
      tools.push(...page.tools.map(({name}) => name))
      if (page.nextCursor === undefined || page.nextCursor === cursor) break
      cursor = page.nextCursor
    }
    const server = client.getServerVersion()
    return {server: server ? {name: server.name, version: server.version} : null, tools}
  } finally {
    await client.close()
  }
}
