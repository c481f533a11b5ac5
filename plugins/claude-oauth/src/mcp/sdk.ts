/**
 * The MCP SDK, as far as a probe needs it: the only file that names it. It is a tool of the build: `scripts/bundle-libraries.mjs` puts what is
 * used of it into this file's own JavaScript, so the package installs without it. The types below are ours for the same reason.
 */
import {Client} from '@modelcontextprotocol/sdk/client/index.js'
import {SSEClientTransport} from '@modelcontextprotocol/sdk/client/sse.js'
import {StreamableHTTPClientTransport} from '@modelcontextprotocol/sdk/client/streamableHttp.js'

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
  readonly signal: AbortSignal
  /** Called when the first question, `initialize`, is answered. */
  readonly onInitialized: () => void
}

/** The SDK's own limit for a request, in milliseconds: the longest a timer can run, for the signal is what counts. */
const NO_LIMIT_MS = 2 ** 31 - 1

/** @param kind the streamable HTTP transport, or the older one of server-sent events */
export function remoteChannel(kind: 'http' | 'sse', url: URL, headers: Readonly<Record<string, string>>): Channel {
  const options = {requestInit: {headers: {...headers}}}
  return (kind === 'http' ? new StreamableHTTPClientTransport(url, options) : new SSEClientTransport(url, options)) as Channel
}

/**
 * Asks a server `initialize` and, where it has tools, `tools/list`, and closes the channel.
 * @param version of orch, told to the server
 * @throws the signal's reason, or what the SDK throws; errors of remote servers carry the HTTP status as `code`
 */
export async function introduce(channel: Channel, version: string, {signal, onInitialized}: IntroductionLimits): Promise<Introduction> {
  const client = new Client({name: 'orch', version})
  // A channel that is being opened cannot be aborted through the SDK, only left.
  const aborted = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), {once: true}))
  aborted.catch(() => undefined)
  try {
    signal.throwIfAborted()
    return await Promise.race([talk(client, channel, onInitialized), aborted])
  } finally {
    await client.close()
    await channel.close()
  }
}

async function talk(client: Client, channel: Channel, onInitialized: () => void): Promise<Introduction> {
  const options = {timeout: NO_LIMIT_MS}
  await client.connect(channel, options)
  onInitialized()
  const tools: string[] = []
  for (let cursor: string | undefined; client.getServerCapabilities()?.tools;) {
    const page = await client.listTools(cursor === undefined ? {} : {cursor}, options)
    tools.push(...page.tools.map(({name}) => name))
    if (page.nextCursor === undefined || page.nextCursor === cursor) break
    cursor = page.nextCursor
  }
  const server = client.getServerVersion()
  return {server: server ? {name: server.name, version: server.version} : null, tools}
}
