import {homedir} from 'node:os'
import {join} from 'node:path'
import {
  OrchError,
  type AgentDriver,
  type ConversationPlace,
  type HookReport,
  type LaunchRequest,
  type LaunchSpec,
  type Ports,
} from '@orch/plugin-kit'
import {readBoundedText} from '@orch/plugin-kit/files'
import {ClaudeDetector} from './detect/detect.js'
import type {Version} from './detect/version.js'
import {briefingNotes} from './launch/briefing-notes.js'
import {hasConversation, refusalOf} from './launch/conversation.js'
import {accountOf, CREDENTIALS, withToken} from './launch/credentials.js'
import {needsSandboxMark} from './launch/environment.js'
import {buildLaunchSpec, MCP_CONFIG_FILE} from './launch/launch-spec.js'
import {StartTurns} from './launch/start-turns.js'
import {standsForPaste} from './screen/paste-mark.js'
import {readClaudeScreen} from './screen/read-screen.js'
import {settingsOf, type PermissionMode} from './settings.js'
import {interpretReport} from './signals/interpret.js'
import {readTranscriptFrom} from './signals/transcript.js'
import {readUsage} from './usage.js'
import {ClaudeConfigFile} from './trust/config-file.js'
import {mainCheckout, seedTrust} from './trust/seed-trust.js'

type Env = Readonly<Record<string, string>>

/** A team starts within this time with one look at the version; an update meanwhile is seen by the next. */
const VERSION_MEMORY_MS = 60_000

/** Claude Code as an agent of orch. */
export class ClaudeDriver implements AgentDriver {
  readonly kind = 'claude'
  readonly title = 'Claude Code'
  readonly usesOauthPort = true
  readonly real = true
  readonly exitText = '/exit'
  /** One line of the screen a press, or the whole of a paste that stands for itself (measured on 2.1.197 and 2.1.330). */
  readonly clearKeys = ['C-u']
  readonly credentials = CREDENTIALS
  readonly commands = ['/compact', '/context', '/cost']
  /** A paste of 200 lines needs none, keys typed at once do (measured on 2.1.330); Codex and others ask for 120 ms, so this is on the safe side. */
  readonly submitDelayMs = 150
  readonly #ports: Ports
  readonly #detector: ClaudeDetector
  readonly #turns: StartTurns
  /** Permission modes that were asked for, by conversation: Claude Code falls back to another without a word. */
  readonly #modes = new Map<string, PermissionMode>()
  readonly #versions = new Map<string, {readonly version: Version; readonly seenAt: number}>()

  constructor(ports: Ports) {
    this.#ports = ports
    this.#detector = new ClaudeDetector(ports.processes)
    this.#turns = new StartTurns(ports.clock)
  }

  async detect(env: Env, section: Readonly<Record<string, unknown>>) {
    return this.#detector.detect(settingsOf(section), env)
  }

  /** @throws ORCH_STATE, ORCH_CLASH when `~/.claude.json` cannot be read or written */
  async prepareRepository({repository, env, quiet}: Parameters<AgentDriver['prepareRepository']>[0]): Promise<void> {
    const {processes, clock} = this.#ports
    await seedTrust(new ClaudeConfigFile(env, clock), await mainCheckout(processes, repository, env), quiet)
  }

  account(env: Env, section: Readonly<Record<string, unknown>>) {
    return accountOf(env, settingsOf(section))
  }

  briefing({role, settings, options}: Parameters<NonNullable<AgentDriver['briefing']>>[0]) {
    return briefingNotes(settingsOf(settings, role, options))
  }

  readUsage(directory: string) {
    return readUsage(directory)
  }

  /** @throws ORCH_NO_AGENT when Claude Code is not there, ORCH_STATE when its token cannot be read */
  async launch(request: LaunchRequest): Promise<LaunchSpec> {
    const settings = settingsOf(request.settings, request.agent.role, request.options)
    const uid = process.getuid?.()
    if (needsSandboxMark(settings, uid)) {
      this.#ports.logger.warn('claude runs as root and bypasses permissions: IS_SANDBOX=1 is set', {agent: request.agent.id})
    }
    const env = await withToken(request.env, settings)
    const spec = buildLaunchSpec(
      {...request, env},
      {
        version: await this.#version(settings.binary, request.env),
        settings,
        hookCommand: this.#ports.paths.hookCommand,
        mcpCommand: this.#ports.paths.mcpCommand,
        servers: await serversIn(join(request.directory, MCP_CONFIG_FILE)),
        ownStatusLine: await statusLineIn(env),
        uid,
      },
    )
    this.#modes.set(request.conversation, settings.permissionMode)
    await this.#turns.take(settings.startGapSeconds * 1_000)
    return spec
  }

  interpret(report: HookReport) {
    const asked = this.#modes.get(String(report.payload['session_id']))
    const signals = interpretReport(report, this.#ports.clock.now(), asked)
    if (signals.some(({kind}) => kind === 'ready')) this.#turns.isUp()
    return signals
  }

  readScreen(screen: string, approve: readonly string[] = []) {
    return readClaudeScreen(screen, this.#ports.clock.now(), approve)
  }

  standsFor(draft: string, text: string) {
    return standsForPaste(draft, text)
  }

  readTranscript(path: string, position: number | null) {
    return readTranscriptFrom(path, position)
  }

  hasConversation(place: ConversationPlace) {
    return hasConversation(place)
  }

  refusalOf(screen: string) {
    return refusalOf(screen)
  }

  async #version(binary: string, env: Env): Promise<Version> {
    const key = `${binary}\0${env['PATH'] ?? ''}`
    const now = this.#ports.clock.monotonic()
    const known = this.#versions.get(key)
    if (known && now - known.seenAt < VERSION_MEMORY_MS) return known.version
    const {version, problem} = await this.#detector.version(binary, env)
    if (!version) throw new OrchError('ORCH_NO_AGENT', {wanted: 'claude', found: [problem ?? 'no version']})
    this.#versions.set(key, {version, seenAt: now})
    return version
  }
}

/** @returns the names of the servers in an MCP configuration; null when there is none */
async function serversIn(path: string): Promise<string[] | null> {
  const config = await jsonIn(path)
  return config && Object.keys(config['mcpServers'] ?? {})
}

/** The person's own status line, which orch's would replace. */
async function statusLineIn(env: Env): Promise<string | null> {
  const folder = env['CLAUDE_CONFIG_DIR'] ?? join(env['HOME'] ?? homedir(), '.claude')
  const command = ((await jsonIn(join(folder, 'settings.json')))?.['statusLine'] as {command?: unknown} | undefined)?.command
  return typeof command === 'string' && command !== '' ? command : null
}

/** Of settings and MCP configurations, which people and orch write. */
const MAX_BYTES = 1024 * 1024

async function jsonIn(path: string): Promise<Readonly<Record<string, unknown>> | null> {
  try {
    const text = await readBoundedText(path, {maxBytes: MAX_BYTES})
    return text === null ? null : (JSON.parse(text) as Readonly<Record<string, unknown>>)
  } catch {
    return null
  }
}
