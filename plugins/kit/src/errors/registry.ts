import {nearest} from '../text/index.js'

/** Exit codes of every command (sysexits.h where it has a word for it). */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  conflict: 4,
  unavailable: 69,
  tryLater: 75,
  refused: 77,
  configuration: 78,
  interrupted: 130,
} as const

interface Entry<D> {
  readonly exit: number
  /** What happened. */
  readonly message: (details: D) => string
  /** What to do about it. */
  readonly remedy: (details: D) => string
}

const entry = <D>(exit: number, message: (d: D) => string, remedy: (d: D) => string): Entry<D> => ({exit, message, remedy})

/** Of a list, what a person reads; the details have all. */
const MANY = 20

function firstOf(list: readonly string[]): readonly string[] {
  return list.length > MANY ? [...list.slice(0, MANY), `and ${list.length - MANY} more`] : list
}

/** Every error orch raises on purpose: the code is the heading in docs/errors.md, and a test holds the two together. */
export const ERRORS = {
  ORCH_INTERNAL: entry<{what: string}>(
    EXIT.failed,
    (d) => `Unexpected failure: ${d.what}`,
    () => 'This is a bug in orch or in a plugin. Run `orch daemon logs` for the details and report it.',
  ),
  ORCH_USAGE: entry<{what: string; hint: string}>(
    EXIT.usage,
    (d) => d.what,
    (d) => d.hint,
  ),
  ORCH_INVALID_PARAMS: entry<{method: string; problems: readonly string[]}>(
    EXIT.usage,
    (d) => `The request ${d.method} is not valid: ${d.problems.join('; ')}`,
    () => 'Run the command with --help for what it takes.',
  ),
  ORCH_NOT_FOUND: entry<{what: string; name: string; known?: readonly string[]; names?: readonly string[]}>(
    EXIT.notFound,
    (d) => (d.name === '' ? `There is no ${d.what}.` : `There is no ${d.what} ${JSON.stringify(d.name)}.`),
    ({name, known = [], names = known}) => {
      const meant = nearest(name, names)
      const hint = meant === undefined ? '' : `Did you mean ${meant}? `
      return `${hint}${known.length > 0 ? `Known: ${firstOf(known).join(', ')}.` : 'Run `orch status` to see what there is.'}`
    },
  ),
  ORCH_AMBIGUOUS: entry<{what: string; name: string; matches: readonly string[]}>(
    EXIT.usage,
    (d) => (d.name === '' ? `There is more than one ${d.what}.` : `${JSON.stringify(d.name)} names more than one ${d.what}.`),
    // Matches that are descriptions are read line by line.
    ({matches}) =>
      matches.some((match) => match.includes(' '))
        ? ['Say which:', ...firstOf(matches)].join('\n')
        : `Say which: ${firstOf(matches).join(', ')}.`,
  ),
  ORCH_ILLEGAL_TRANSITION: entry<{what: string; id: string; from: string; to: string}>(
    EXIT.conflict,
    (d) => `The ${d.what} ${d.id} cannot go from ${d.from} to ${d.to}.`,
    () => 'Run `orch status` for its state now.',
  ),
  ORCH_SPEC_UNREADABLE: entry<{path: string; why: string}>(
    EXIT.usage,
    (d) => `The specification ${d.path} cannot be used: ${d.why}.`,
    () => 'Give a text file (Markdown, UTF-8) that says what to build.',
  ),
  ORCH_FILE: entry<{path: string; why: string}>(
    EXIT.usage,
    (d) => `The file ${d.path} was not read: ${d.why}.`,
    () => 'Put a regular file of normal size there, or remove it.',
  ),
  ORCH_PLAN_NOT_APPROVED: entry<{planFile: string; others?: readonly string[]}>(
    EXIT.usage,
    (d) =>
      d.others && d.others.length > 0
        ? `The plans were not approved; they are saved as ${[d.planFile, ...d.others].join(', ')}. Nothing was started.`
        : `The plan was not approved; it is saved as ${d.planFile}. Nothing was started.`,
    (d) =>
      d.others && d.others.length > 0
        ? 'Read them, then run again with --yes; to use one of them as it is, run its specification alone with --plan-file.'
        : `Read it, then run again with --yes, or with --yes --plan-file ${d.planFile}.`,
  ),
  ORCH_PLAN_INVALID: entry<{source: string; problems: readonly string[]}>(
    EXIT.configuration,
    (d) => `The plan ${d.source} is not valid: ${d.problems.join('; ')}`,
    () => 'Make a new one with `orch plan SPEC --out FILE`.',
  ),
  ORCH_PLANNER_FAILED: entry<{planner: string; why: string}>(
    EXIT.failed,
    (d) => `The planner ${d.planner} made no plan: ${d.why}`,
    () => 'Try `--planner outline`, which needs no model.',
  ),
  ORCH_REPOSITORY: entry<{path: string; why: string; remedy: string}>(
    EXIT.refused,
    (d) => `The repository ${d.path} cannot be used: ${d.why}.`,
    (d) => d.remedy,
  ),
  ORCH_NOT_A_REPOSITORY: entry<{path: string; why?: string}>(
    EXIT.usage,
    (d) => `${d.path} is not inside a git repository${d.why ? `: ${d.why}` : ''}.`,
    (d) => `Name one with --project DIR, or make one there: git init ${JSON.stringify(d.path)}`,
  ),
  ORCH_GIT: entry<{args: readonly string[]; cwd: string; stderr: string}>(
    EXIT.failed,
    (d) => `git ${d.args.join(' ')} failed in ${d.cwd}: ${d.stderr.trim()}`,
    () => 'Read the message of git above; `orch doctor` checks the rest.',
  ),
  ORCH_REFUSED: entry<{what: string; why: string; remedy: string}>(
    EXIT.refused,
    (d) => `${d.what} was refused: ${d.why}.`,
    (d) => d.remedy,
  ),
  ORCH_TOOL_MISSING: entry<{tool: string; why: string; install: string}>(
    EXIT.unavailable,
    (d) => `${d.tool} is needed: ${d.why}.`,
    (d) => d.install,
  ),
  ORCH_TMUX: entry<{what: string; stderr: string}>(
    EXIT.unavailable,
    (d) => `tmux could not ${d.what}: ${d.stderr.trim()}`,
    () => 'Run `orch doctor`. orch has its own tmux server, which is safe to restart.',
  ),
  ORCH_NO_AGENT: entry<{wanted: string; found: readonly string[]}>(
    EXIT.unavailable,
    (d) => `No coding agent can be used (${d.wanted}): ${d.found.join('; ') || 'none is installed'}.`,
    () => 'Install Claude Code (npm install -g @anthropic-ai/claude-code), log in, or try the rehearsal agent: --agent rehearsal.',
  ),
  ORCH_AGENT_START: entry<{agent: string; why: string; screen?: string}>(
    EXIT.failed,
    (d) => `The agent ${d.agent} did not become ready: ${d.why}.`,
    (d) => (d.screen ? `Its screen:\n${d.screen}` : 'Look at it with `orch attach`.'),
  ),
  ORCH_MCP_SERVER: entry<{agent: string; server: string; why: string; output: string}>(
    EXIT.failed,
    (d) => `The agent ${d.agent} was not started: it requires the MCP server ${d.server}, which ${d.why}.`,
    (d) =>
      `${d.output === '' ? '' : `The server said last:\n${d.output}\n`}Fix it and resume, or let the agent start without it: oauth.mcp.servers.${d.server}.policy: optional.`,
  ),
  ORCH_PORT_BUSY: entry<{port: number; why: string; holder: string}>(
    EXIT.tryLater,
    (d) => `Port ${d.port} is not free: ${d.why} (${d.holder}).`,
    () => 'End what holds it, or give another with CLAUDE_OAUTH_PORT. `orch port status` shows the holder.',
  ),
  ORCH_LEDGER: entry<{path: string; why: string}>(
    EXIT.tryLater,
    (d) => `The OAuth ledger ${d.path} cannot be written: ${d.why}. Nothing was started or killed.`,
    () => 'Make the file writable for this user or free disk space, then run again.',
  ),
  ORCH_CONFIG: entry<{problems: readonly string[]}>(
    EXIT.configuration,
    (d) => `The configuration is not valid:\n${d.problems.join('\n')}`,
    () => '`orch config schema` lists every key; `orch config show --origin` says where a value comes from.',
  ),
  ORCH_TEMPLATE: entry<{problems: readonly string[]}>(
    EXIT.configuration,
    (d) => `A template is not valid:\n${d.problems.join('\n')}`,
    () => 'Fix the file at the line named; `orch team validate` checks it again.',
  ),
  ORCH_REQUIRED_PLUGIN: entry<{plugin: string; why: string; remedy: string}>(
    EXIT.configuration,
    (d) => `The required plugin ${d.plugin} ${d.why}.`,
    (d) => d.remedy,
  ),
  ORCH_HOOK_FAILED: entry<{plugin: string; event: string; why: string; timedOut?: boolean}>(
    EXIT.failed,
    (d) => `The plugin ${d.plugin} failed in ${d.event}: ${d.why}`,
    (d) => `Look at the plugin's own documentation, or remove it: orch plugins uninstall ${d.plugin}`,
  ),
  ORCH_HOOK_OWNER: entry<{event: string; owner: string; why: string}>(
    EXIT.configuration,
    (d) => `${d.event} belongs to ${d.owner}, which ${d.why}.`,
    () => 'Install orch again; its own plugins come with it.',
  ),
  ORCH_HOOK_CLASH: entry<{event: string; key: string; plugins: readonly string[]}>(
    EXIT.configuration,
    (d) => `${d.plugins.join(' and ')} both set ${d.key} in ${d.event}.`,
    () => 'Only one of them can: remove one with `orch plugins uninstall`.',
  ),
  ORCH_CAPABILITY_MISSING: entry<{capability: string; known: readonly string[]; linked?: readonly string[]}>(
    EXIT.configuration,
    (d) => `No plugin provides ${d.capability}.`,
    (d) =>
      d.linked && d.linked.length > 0
        ? `A link replaces an installed plugin of the same name. Linked: ${d.linked.join(', ')}. Remove it: orch plugins uninstall ${d.linked[0]}`
        : `Provided now: ${d.known.join(', ') || 'nothing'}. \`orch plugins --core\` lists what is installed.`,
  ),
  ORCH_CAPABILITY_TWICE: entry<{capability: string; plugins: readonly string[]}>(
    EXIT.configuration,
    (d) => `${d.plugins.join(' and ')} both provide ${d.capability}.`,
    () => 'Only one of them can: remove one with `orch plugins uninstall`.',
  ),
  ORCH_PLUGIN_API: entry<{plugin: string; wants: number; has: number}>(
    EXIT.configuration,
    (d) => `The plugin ${d.plugin} was written for plugin API ${d.wants}; this orch supports ${d.has}.`,
    (d) => `Install a version of ${d.plugin} for this orch, or remove it: orch plugins uninstall ${d.plugin}`,
  ),
  ORCH_STATE: entry<{path: string; why: string; remedy: string}>(
    EXIT.configuration,
    (d) => `The state in ${d.path} cannot be used: ${d.why}.`,
    (d) => d.remedy,
  ),
  ORCH_STORE_WRITE: entry<{path: string; why: string}>(
    EXIT.tryLater,
    (d) => `${d.path} could not be written: ${d.why}. Agents continue; nothing new is started.`,
    () => 'Free disk space or fix the permissions; orch continues by itself.',
  ),
  ORCH_SUPERVISOR: entry<{why: string; log: string}>(
    EXIT.unavailable,
    (d) => `The supervisor does not answer: ${d.why}.`,
    (d) => `Its log: ${d.log}. \`orch daemon restart\` starts it again; agents are not disturbed.`,
  ),
  ORCH_STOPPED: entry<Record<string, never>>(
    EXIT.unavailable,
    () => 'A person stopped the supervisor. Agents cannot start it.',
    () => 'Continue your work and try again later; your reports are kept. A person starts it with `orch daemon start`.',
  ),
  ORCH_VERSION: entry<{why: string; remedy: string}>(
    EXIT.unavailable,
    (d) => d.why,
    (d) => d.remedy,
  ),
  ORCH_UNAUTHORISED: entry<{why: string}>(
    EXIT.refused,
    (d) => `Refused: ${d.why}.`,
    () => 'Each run of an agent has its own token, and only the current run may act for the agent.',
  ),
  ORCH_CLASH: entry<{what: string; why: string; remedy: string}>(
    EXIT.conflict,
    (d) => `${d.what}: ${d.why}.`,
    (d) => d.remedy,
  ),
  ORCH_FLOOD: entry<{to: string; perMinute: number; open?: number}>(
    EXIT.tryLater,
    (d) =>
      d.open === undefined
        ? `${d.to} received ${d.perMinute} messages within a minute and accepts no more for now.`
        : `${d.to} has ${d.open} unread messages and accepts no more for now.`,
    () => 'Wait a minute and send one message instead of many. The limit is `messages.perMinute` in the configuration.',
  ),
  ORCH_BUSY: entry<{why: string}>(
    EXIT.tryLater,
    (d) => `The supervisor accepts no more requests for now: ${d.why}.`,
    () => 'Try again in a moment.',
  ),
  ORCH_OUTCOME: entry<{project: string; state: string; reason: string; exit: number}>(
    EXIT.failed,
    (d) => `The project ${d.project} is ${d.state}${d.reason ? `: ${d.reason}` : ''}.`,
    (d) => `Look with \`orch status ${d.project}\` and \`orch report ${d.project}\`.`,
  ),
} as const

export type ErrorCode = keyof typeof ERRORS
export type ErrorDetails<C extends ErrorCode> = Parameters<(typeof ERRORS)[C]['message']>[0]
