import {access} from 'node:fs/promises'
import {join} from 'node:path'
import {OrchError, type AgentDriver, type HookReport, type LaunchRequest, type LaunchSpec, type Ports} from '@orch/plugin-kit'
import {ClaudeDetector} from './detect/detect.js'
import type {Version} from './detect/version.js'
import {needsSandboxMark} from './launch/environment.js'
import {buildLaunchSpec, MCP_CONFIG_FILE} from './launch/launch-spec.js'
import {readClaudeScreen} from './screen/read-screen.js'
import {settingsOf, withRoleOptions} from './settings.js'
import {interpretReport} from './signals/interpret.js'
import {readTranscriptFrom} from './signals/transcript.js'
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
  /** A paste of 200 lines needs none, keys typed at once do (measured on 2.1.330); Codex and others ask for 120 ms, so this is on the safe side. */
  readonly submitDelayMs = 150
  readonly #ports: Ports
  readonly #detector: ClaudeDetector
  readonly #versions = new Map<string, {readonly version: Version; readonly seenAt: number}>()

  constructor(ports: Ports) {
    this.#ports = ports
    this.#detector = new ClaudeDetector(ports.processes)
  }

  detect(env: Env, settings: Readonly<Record<string, unknown>>) {
    return this.#detector.detect(settingsOf(settings).binary, env)
  }

  /** @throws ORCH_STATE, ORCH_CLASH when `~/.claude.json` cannot be read or written */
  async prepareRepository({repository, env}: {repository: string; env: Env}): Promise<void> {
    const {processes, clock} = this.#ports
    await seedTrust(new ClaudeConfigFile(env, clock), await mainCheckout(processes, repository, env))
  }

  /** @throws ORCH_NO_AGENT when Claude Code is not there */
  async launch(request: LaunchRequest): Promise<LaunchSpec> {
    const settings = withRoleOptions(settingsOf(request.settings), request.options)
    const uid = process.getuid?.()
    if (needsSandboxMark(settings, uid)) {
      this.#ports.logger.warn('claude runs as root and bypasses permissions: IS_SANDBOX=1 is set', {agent: request.agent.id})
    }
    return buildLaunchSpec(request, {
      version: await this.#version(settings.binary, request.env),
      settings,
      hookCommand: this.#ports.paths.hookCommand,
      hasMcpConfig: await exists(join(request.directory, MCP_CONFIG_FILE)),
      uid,
    })
  }

  interpret(report: HookReport) {
    return interpretReport(report, this.#ports.clock.now())
  }

  readScreen(screen: string, approve: readonly string[] = []) {
    return readClaudeScreen(screen, this.#ports.clock.now(), approve)
  }

  readTranscript(path: string, position: number | null) {
    return readTranscriptFrom(path, position)
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

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
