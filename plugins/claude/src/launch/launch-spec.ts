import {join} from 'node:path'
import type {LaunchFile, LaunchRequest, LaunchSpec} from '@orch/plugin-kit'
import {EXEC_HOOKS_SINCE, isAtLeast, type Version} from '../detect/version.js'
import type {ClaudeSettings} from '../settings.js'
import {agentEnvironment, needsSandboxMark} from './environment.js'
import {hookSettings, refusingHooks} from './hook-settings.js'
import {nativeOff} from './native.js'
import {statusLine} from '../usage.js'

/** What a launch depends on besides the request. */
export interface LaunchFacts {
  readonly version: Version
  readonly settings: ClaudeSettings
  readonly hookCommand: readonly string[]
  /** orch's own tools for the agent; they act as it by the token in its environment, which Claude Code hands on (measured on 2.1.197 and 2.1.330). */
  readonly mcpCommand: readonly string[]
  /** Names of the MCP servers that `mcpInit` has written for the agent; null when it has written none. */
  readonly servers: readonly string[] | null
  /** The person's own status line; null without one. */
  readonly ownStatusLine: string | null
  readonly uid: number | undefined
}

/** A cold start takes 2 to 5 s; with a loaded machine and a team starting it can be tens. */
const READY_TIMEOUT_MS = 60_000

/** Longer first prompts go through a file: argv and environment together must stay under 12 KB. */
const PROMPT_ARGUMENT_BYTES = 4_096

/** The file in the agent's folder that `mcpInit` of claude-oauth writes the agent's servers to. */
export const MCP_CONFIG_FILE = 'mcp.json'
/** The file in the agent's folder with orch's own server: whatever else is granted, an agent can talk to its team. */
const TOOLS_FILE = 'orch-mcp.json'

/**
 * How one run of Claude Code is started so that it comes to its prompt without a dialog. Pure.
 * Every flag is given again on resume: Claude Code restores neither settings, MCP servers nor permission mode (its documentation, "Sessions").
 */
export function buildLaunchSpec(request: LaunchRequest, facts: LaunchFacts): LaunchSpec {
  if (request.mcp === 'approval') return approvalSpec(request, facts)
  const {directory} = request
  const settingsFile = join(directory, 'settings.json')
  const mcpFile = join(directory, MCP_CONFIG_FILE)
  const toolsFile = join(directory, TOOLS_FILE)
  const prompt = firstPrompt(request)
  return {
    command: {
      argv: [
        facts.settings.binary,
        ...permissionArgs(facts.settings),
        ...(request.resume ? ['--resume', request.conversation] : ['--session-id', request.conversation]),
        ...['--name', `${request.agent.role} · ${request.project.name}`],
        ...['--settings', settingsFile],
        ...mcpArgs(request, mcpFile, toolsFile),
        ...['--append-system-prompt-file', request.briefing],
        ...modelArgs(facts.settings),
        ...facts.settings.extraArgs,
        // The two dashes end the options: a prompt may begin with a dash, and --mcp-config takes every word that follows it.
        ...(prompt ? ['--', prompt.argument] : []),
      ],
      cwd: request.worktree,
      env: agentEnvironment(request.env, facts.settings, needsSandboxMark(facts.settings, facts.uid)),
    },
    files: [
      {path: settingsFile, content: json(settingsContent(request, facts))},
      {path: toolsFile, content: json(ownTools(facts.mcpCommand))},
      ...(facts.servers || request.mcp === 'found' ? [] : [{path: mcpFile, content: json({mcpServers: {}})}]),
      ...(prompt?.file ? [prompt.file] : []),
    ],
    readyTimeoutMs: READY_TIMEOUT_MS,
  }
}

/** No hooks, no conversation of its own, no bypass: it comes up to ask for its servers, and leaves. */
function approvalSpec(request: LaunchRequest, {settings}: LaunchFacts): LaunchSpec {
  return {
    command: {
      argv: [settings.binary, '--permission-mode', 'default', '--name', `${request.agent.role} · approval of MCP servers`],
      cwd: request.worktree,
      env: agentEnvironment(request.env, settings, false),
    },
    files: [],
    readyTimeoutMs: READY_TIMEOUT_MS,
  }
}

/** Servers that it found and a person's configuration approved are its own affair; else it has those it was given, and no others. */
function mcpArgs({mcp}: LaunchRequest, mcpFile: string, toolsFile: string): string[] {
  return mcp === 'found' ? ['--mcp-config', toolsFile] : ['--mcp-config', mcpFile, toolsFile, '--strict-mcp-config']
}

function settingsContent(request: LaunchRequest, {hookCommand, version, settings, servers, ownStatusLine}: LaunchFacts): object {
  const {permissionMode, apiKeyHelper, allow} = settings
  const off = nativeOff(version, settings.native)
  return {
    ...off.settings,
    env: off.env,
    hooks: {...hookSettings(hookCommand, isAtLeast(version, EXEC_HOOKS_SINCE)), ...refusingHooks(off.refuse)},
    statusLine: statusLine(request.directory, ownStatusLine),
    permissions: {
      allow: [
        ...request.readable.map((folder) => `Read(${rulePath(folder)})`),
        'mcp__orch',
        ...(permissionMode === 'dontAsk' ? workRules(request.worktree, servers ?? []) : []),
        ...allow,
      ],
      deny: off.deny,
    },
    ...(permissionMode === 'bypassPermissions' ? {skipDangerousModePermissionPrompt: true} : {}),
    ...(apiKeyHelper === null ? {} : {apiKeyHelper}),
  }
}

function ownTools([command, ...args]: readonly string[]): object {
  return {mcpServers: {orch: {type: 'stdio', command, args}}}
}

/**
 * What an agent of a trusted repository needs for its work: commands, files in its own worktree, the web, and the servers it was granted. Rules of the
 * person and of the repository that deny or ask are stronger.
 */
function workRules(worktree: string, servers: readonly string[]): string[] {
  return ['Bash', `Edit(${rulePath(worktree)})`, 'WebFetch', 'WebSearch', ...servers.map((name) => `mcp__${name}`)]
}

/** A leading // is an absolute path in a permission rule (Claude Code's documentation, "Permissions"). */
function rulePath(folder: string): string {
  return `/${folder}/**`
}

function permissionArgs({permissionMode}: ClaudeSettings): string[] {
  return permissionMode === 'bypassPermissions' ? ['--dangerously-skip-permissions'] : ['--permission-mode', permissionMode]
}

function modelArgs({model, effort, fallbackModel}: ClaudeSettings): string[] {
  const given = [
    ['--model', model],
    ['--effort', effort],
    ['--fallback-model', fallbackModel],
  ] as const
  return given.flatMap(([flag, value]) => (value === null ? [] : [flag, value]))
}

function firstPrompt({firstPrompt: text, directory}: LaunchRequest): {argument: string; file: LaunchFile | null} | null {
  if (text === null) return null
  if (Buffer.byteLength(text) <= PROMPT_ARGUMENT_BYTES) return {argument: text, file: null}
  const path = join(directory, 'first-prompt.md')
  return {argument: `Read ${path} and do what it says.`, file: {path, content: text}}
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
