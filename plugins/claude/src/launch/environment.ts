import type {ClaudeSettings} from '../settings.js'

type Env = Readonly<Record<string, string>>

/**
 * Marks a Claude Code session leaves in the environment of what it starts. An agent that inherits them takes itself for a child session and keeps
 * no transcript; with teams switched on its helpers would become agents nobody knows of.
 */
const INHERITED_MARKS = [
  'CLAUDECODE',
  'CLAUDE_CODE_CHILD_SESSION',
  'CLAUDE_CODE_SESSION_ID',
  'CLAUDE_CODE_SKIP_PROMPT_HISTORY',
  'CLAUDE_CODE_ENTRYPOINT',
  'CLAUDE_CODE_MESSAGING_SOCKET',
  'CLAUDE_CODE_MESSAGING_TOKEN',
  'CLAUDE_CODE_SSE_PORT',
  'CLAUDE_CODE_CHILD_NOTES_DIR',
  'CLAUDE_CODE_SESSION_ATTENDED',
  'CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS',
  'CLAUDE_PID',
]

const DEFAULTS: Env = {
  // An update under a running agent takes its program away.
  DISABLE_AUTOUPDATER: '1',
  // The alternate screen has no scrollback: nothing to look back at.
  CLAUDE_CODE_DISABLE_ALTERNATE_SCREEN: '1',
  // A suggested prompt in the composer looks like a draft of a person's.
  CLAUDE_CODE_ENABLE_PROMPT_SUGGESTION: 'false',
  // The time-out of MCP initialisation in the OAuth timing contract; Claude Code's own is 30 s.
  MCP_TIMEOUT: '60000',
  // Asks the first turn to wait for the servers. It is no promise: without it no first turn had their tools on 2.1.197 and 2.1.330; with it 11 of 17 had not on a
  // busy machine, on 2.1.120 to 2.1.332, and had them in the second request. The briefing says so.
  MCP_CONNECTION_NONBLOCKING: '0',
  // How long that wait may take, in milliseconds; Claude Code's own 5 s are short when a whole team starts.
  MCP_CONNECT_TIMEOUT_MS: '30000',
}

/** @returns `env` without the marks of another session */
export function withoutMarks(env: Env): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !INHERITED_MARKS.includes(name)))
}

/**
 * The whole environment of an agent: orch's defaults under the project's, the configured over it.
 * @param sandboxed see {@link needsSandboxMark}
 */
export function agentEnvironment(env: Env, settings: Pick<ClaudeSettings, 'env'>, sandboxed: boolean): Record<string, string> {
  const configured = Object.fromEntries(Object.entries(settings.env).filter(([name]) => !name.startsWith('ORCH_')))
  return {...DEFAULTS, ...withoutMarks(env), ...configured, ...(sandboxed ? {IS_SANDBOX: '1'} : {})}
}

/**
 * As root Claude Code refuses to bypass permissions unless IS_SANDBOX=1 says that the machine is a sandbox. Running orch as root with that mode
 * says so; in any other case it is never set.
 */
export function needsSandboxMark(settings: Pick<ClaudeSettings, 'permissionMode'>, uid: number | undefined): boolean {
  return uid === 0 && settings.permissionMode === 'bypassPermissions'
}
