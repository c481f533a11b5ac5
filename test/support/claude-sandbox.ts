import {createServer, type AddressInfo} from 'node:net'
import type {ClaudeBinary} from './claude-binary.js'
import type {ModelServer} from './model-server/index.js'
import type {Sandbox} from './sandbox.js'

/** As long as a real key: Claude Code remembers the answer for a key by its last 20 characters. */
export const CLAUDE_KEY = 'sk-ant-api03-made-up-for-tests-0123456789abcdefghij'

/** What makes orch start this Claude Code against a model server of the test's own; without a login. */
export async function claudeEnvironment(binary: ClaudeBinary, model: ModelServer): Promise<Record<string, string>> {
  return {
    ANTHROPIC_BASE_URL: model.url,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_MAX_RETRIES: '1',
    CLAUDE_OAUTH_PORT: String(await freePort()),
    ORCH_CONFIG_CLAUDE__BINARY: binary.path!,
  }
}

/** Answers the question whether this key shall be used: a person does so once for a key of theirs; orch does not. */
export function approveClaudeKey(sandbox: Sandbox): void {
  sandbox.write('home/.claude.json', JSON.stringify({customApiKeyResponses: {approved: [CLAUDE_KEY.slice(-20)], rejected: []}}))
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const {port} = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
