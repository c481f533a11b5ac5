/**
 * The MCP SDK, as far as a server on standard streams needs it: the only file of the root that names it. It is a tool of the build:
 * `scripts/bundle-libraries.mjs` puts what is used of it into this file's own JavaScript. The types below are ours for the same reason.
 */
import {Server} from '@modelcontextprotocol/sdk/server/index.js'
import {StdioServerTransport} from '@modelcontextprotocol/sdk/server/stdio.js'
import {CallToolRequestSchema, ListToolsRequestSchema} from '@modelcontextprotocol/sdk/types.js'

/** A tool as a client sees it. */
export interface ToolDescription {
  readonly name: string
  readonly description: string
  readonly inputSchema: Readonly<Record<string, unknown>>
  readonly _meta?: Readonly<Record<string, unknown>>
}

/** What a tool says. */
export interface ToolAnswer {
  readonly text: string
  readonly isError: boolean
}

export interface ToolServer {
  readonly name: string
  readonly version: string
  readonly instructions: string
  readonly tools: readonly ToolDescription[]
  readonly call: (name: string, input: Readonly<Record<string, unknown>>) => Promise<ToolAnswer>
}

/** Serves tools on standard input and output. Resolves when the client closes. */
export async function serveTools({name, version, instructions, tools, call}: ToolServer): Promise<void> {
  const server = new Server({name, version}, {capabilities: {tools: {}}, instructions})
  server.setRequestHandler(ListToolsRequestSchema, () => ({tools: tools as never}))
  server.setRequestHandler(CallToolRequestSchema, async ({params}) => {
    const {text, isError} = await call(params.name, params.arguments ?? {})
    return {content: [{type: 'text', text}], isError}
  })
  const closed = new Promise<void>((resolve) => {
    server.onclose = resolve
    // The transport does not look at the end of its input; a client that is gone leaves nothing behind.
    process.stdin.once('end', resolve)
    process.stdin.once('close', resolve)
  })
  await server.connect(new StdioServerTransport())
  await closed
  await server.close()
}
