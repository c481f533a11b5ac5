/** Flags that decide what an agent may do and whose it is; a plugin must not repeat them. */
export const PROTECTED_FLAGS: readonly string[] = [
  '--session-id',
  '--resume',
  '--settings',
  '--mcp-config',
  '--strict-mcp-config',
  '--permission-mode',
  '--dangerously-skip-permissions',
]

/** Environment variables of orch's own. */
export const PROTECTED_ENV = /^(?:ORCH_.*|CLAUDE_OAUTH_PORT|MCP_OAUTH_CALLBACK_PORT|PORT)$/
