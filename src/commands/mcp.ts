import {OrchCommand} from '@orch/plugin-kit/command'

export default class Mcp extends OrchCommand {
  static override description =
    'Serve orch as an MCP server on standard input and output. Inside an agent its tools act as that agent; agents of orch have it configured.'
  static override examples = ['<%= config.bin %> <%= command.id %>', 'claude mcp add orch -- <%= config.bin %> <%= command.id %>']

  async run(): Promise<void> {
    await this.parse(Mcp)
    const {serve} = await import('../mcp/serve.js')
    const {root, dataDir, version} = this.config
    await serve({root, dataDir, version, env: process.env})
  }
}
