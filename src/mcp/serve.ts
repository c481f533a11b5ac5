import {toErrorBody} from '@orch/plugin-kit'
import type {ClientModule, SupervisorClient} from '@orch/plugin-kit/command'
import {connect} from '../rpc/client.js'
import {serveTools, type ToolAnswer} from './sdk.js'
import {TOOLS} from './tools.js'

const INSTRUCTIONS = `orch runs you in a team. Talk to it with these tools, or with the orch command in a shell; both do the same.
Messages to you arrive as prompts that begin with [orch ID from ROLE].`

/** Tools every agent needs: Claude Code 2.1.330 shows the others only to a search for them (its documentation, "MCP tool search"). */
const AT_HAND = ['send', 'ask', 'done']

/**
 * Serves orch's tools on standard input and output until the client goes away. They act as the agent whose token is in the environment, and as
 * nobody else; outside of an agent they look, and send as a person.
 */
export async function serve(config: Parameters<ClientModule['connect']>[0]): Promise<void> {
  const client = connect(config)
  await serveTools({
    name: 'orch',
    version: config.version,
    instructions: INSTRUCTIONS,
    tools: TOOLS.map(({name, description, inputSchema}) => ({
      name,
      description,
      inputSchema,
      ...(AT_HAND.includes(name) ? {_meta: {'anthropic/alwaysLoad': true}} : {}),
    })),
    call: (name, input) => callTool(client, name, input),
  })
}

async function callTool(client: SupervisorClient, name: string, input: Readonly<Record<string, unknown>>): Promise<ToolAnswer> {
  const tool = TOOLS.find((candidate) => candidate.name === name)
  if (!tool) return {text: `There is no tool ${name}.`, isError: true}
  try {
    const answer = await client.call(tool.method, tool.params(input), {idempotent: tool.idempotent})
    return {text: JSON.stringify(answer, null, 1), isError: false}
  } catch (error) {
    const {code, message, remedy} = toErrorBody(error)
    return {text: `${message} ${remedy} (${code})`, isError: true}
  }
}
