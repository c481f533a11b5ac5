import {delimiter} from 'node:path'
import {notesPath} from '../record/agent-files.js'
import type {Project} from '../../domain/model/project.js'
import type {Agent} from '../../domain/model/agent.js'

/** Variables of the person's environment that agents get; `env.pass` adds to them. */
const PASSED = [
  'PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LANGUAGE', 'TZ', 'TMPDIR', 'COLORTERM', 'EDITOR', 'VISUAL', 'PAGER',
  'SSH_AUTH_SOCK', 'GPG_TTY', 'HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'all_proxy', 'no_proxy',
  'SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS', 'CLAUDE_OAUTH_PORT', 'CLAUDE_CONFIG_DIR', 'IS_SANDBOX',
  'VIRTUAL_ENV', 'CONDA_PREFIX', 'NVM_DIR', 'PYENV_ROOT', 'GOPATH', 'GOROOT', 'CARGO_HOME', 'RUSTUP_HOME', 'JAVA_HOME',
] // prettier-ignore
const PASSED_FAMILIES = ['LC_', 'XDG_', 'GIT_AUTHOR_', 'GIT_COMMITTER_', 'ANTHROPIC_', 'CLAUDE_CODE_', 'MCP_']
/** Marks of a session Claude Code runs in; inherited, they turn off its transcript (coding-agents, A3). */
const NEVER = [
  'CLAUDECODE',
  'CLAUDE_CODE_CHILD_SESSION',
  'CLAUDE_CODE_SESSION_ID',
  'CLAUDE_CODE_SKIP_PROMPT_HISTORY',
  'CLAUDE_CODE_ENTRYPOINT',
]

/** The part of a person's environment that is kept with a project. */
export function passedEnvironment(env: Readonly<Record<string, string | undefined>>, pass: readonly string[]): Record<string, string> {
  const may = (name: string) =>
    !NEVER.includes(name) && (PASSED.includes(name) || pass.includes(name) || PASSED_FAMILIES.some((prefix) => name.startsWith(prefix)))
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && may(entry[0])))
}

export interface EnvironmentContext {
  readonly state: string
  readonly socket: string
  /** Folder with the `orch` program for agents. */
  readonly bin: string
  readonly planPath: string
  /** Where tmux servers that it starts have their sockets. */
  readonly tmuxFolder: string
  /** Claude Code then uses this port for every MCP sign-in: two at once would conflict. */
  readonly exportCallbackPort: boolean
}

/** The environment of an agent: the project's, with orch's own variables. */
export function agentEnvironment(
  project: Project,
  agent: Agent,
  run: {id: string; token: string},
  env: Readonly<Record<string, string>>,
  context: EnvironmentContext,
): Record<string, string> {
  return {
    ...env,
    PATH: [context.bin, env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'].join(delimiter),
    TERM: 'tmux-256color',
    TMUX_TMPDIR: context.tmuxFolder,
    ORCH_PROJECT: project.id,
    ORCH_AGENT: agent.id,
    ORCH_ROLE: agent.role,
    ORCH_RUN: run.id,
    ORCH_TOKEN: run.token,
    ORCH_SOCKET: context.socket,
    ORCH_STATE: context.state,
    // Its `orch` speaks to the supervisor it belongs to, wherever that keeps its state.
    ORCH_DATA_DIR: context.state,
    ORCH_PLAN: context.planPath,
    ORCH_NOTES: notesPath(agent.directory),
    ORCH_TEAM: project.agents.map(({role}) => role).join(','),
    ORCH_OWES: agent.owes,
    ORCH_PORT_BASE: String(agent.portBlock.from),
    PORT: String(agent.portBlock.from),
    COMPOSE_PROJECT_NAME: `orch-${project.slug}-${agent.role}`,
    CLAUDE_OAUTH_PORT: String(agent.oauthPort),
    ...(context.exportCallbackPort ? {MCP_OAUTH_CALLBACK_PORT: String(agent.oauthPort)} : {}),
  }
}
