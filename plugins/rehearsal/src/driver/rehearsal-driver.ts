import {stat} from 'node:fs/promises'
import path from 'node:path'
import {
  OrchError,
  type AgentDetection,
  type AgentDriver,
  type AgentSignal,
  type ConversationPlace,
  type ConversationRefusal,
  type HookReport,
  type LaunchRequest,
  type LaunchSpec,
  type Owes,
  type SchemaValidator,
  type ScreenReading,
  type TranscriptReading,
} from '@orch/plugin-kit'
import {readOptions} from '../options.js'
import {transcriptPath, type PlayerConfig} from '../player-config.js'
import {refusalIn} from '../words.js'
import {loadScript} from '../script/load-script.js'
import type {Script} from '../script/script.js'
import {standsForFolded} from './folded-draft.js'
import {interpret} from './interpret.js'
import {readScreen} from './read-screen.js'
import {readTranscript} from './read-transcript.js'

/** A Node start on a busy machine takes seconds, not milliseconds. */
const START_ALLOWANCE_MS = 15_000

export interface RehearsalDriverParts {
  readonly schemas: SchemaValidator
  /** Program and arguments an agent's hook runs. */
  readonly hookCommand: readonly string[]
  /** The player's compiled entry file. */
  readonly player: string
  /** Whether starts keep to the OAuth timing contract; they do not without it. */
  readonly bound?: () => boolean
  /** Version of this package. */
  readonly version: string
}

/** Driver of the rehearsal agent: a scripted program in a real terminal that behaves like Claude Code towards orch. */
export class RehearsalDriver implements AgentDriver {
  readonly kind = 'rehearsal'
  readonly title = 'Rehearsal agent'
  readonly real = false
  readonly exitText = '/exit'
  readonly commands = ['/compact']
  /** Resident 53 MB (measured on Node 20.20), and a hook of 40 MB beside it at times. */
  readonly memoryMb = 100
  /** The player handles a paste and the Enter behind it in one read; a little time keeps the two apart on slow terminals. */
  readonly submitDelayMs = 20
  readonly #parts: RehearsalDriverParts

  constructor(parts: RehearsalDriverParts) {
    this.#parts = parts
  }

  /** It needs no port; a test of the OAuth timing contract binds it all the same. */
  get usesOauthPort(): boolean {
    return this.#parts.bound?.() ?? false
  }

  async detect(): Promise<AgentDetection> {
    return {installed: true, version: this.#parts.version, loggedIn: null, problem: null}
  }

  /** Nothing is seeded: its dialogs are options, and it keeps nothing outside the agent's directory. */
  async prepareRepository(): Promise<void> {}

  /** @throws ORCH_CONFIG for options or a script that are not valid */
  async launch(request: LaunchRequest): Promise<LaunchSpec> {
    const options = readOptions({...request.settings, ...withoutPrograms(request.options)}, this.#parts.schemas)
    const file = path.join(request.directory, 'rehearsal.json')
    const config: PlayerConfig = {
      project: {id: request.project.id, name: request.project.name},
      role: request.agent.role,
      conversation: request.conversation,
      resume: request.resume,
      worktree: request.worktree,
      directory: request.directory,
      briefing: request.briefing,
      firstPrompt: request.firstPrompt,
      plan: request.env['ORCH_PLAN'] || null,
      team: (request.env['ORCH_TEAM'] ?? '').split(',').filter((role) => role !== ''),
      owes: asOwes(request.env['ORCH_OWES']),
      options,
      script: await this.#script(options.scripts, request),
      hookCommand: this.#parts.hookCommand,
    }
    return {
      command: {argv: [process.execPath, this.#parts.player, '--config', file], cwd: request.worktree, env: request.env},
      files: [{path: file, content: `${JSON.stringify(config, null, 2)}\n`}],
      readyTimeoutMs: options.startDelayMs + options.faults.hookDelayMs + START_ALLOWANCE_MS,
    }
  }

  interpret(report: HookReport): AgentSignal[] {
    return interpret(report)
  }

  readScreen(screen: string): ScreenReading {
    return readScreen(screen)
  }

  standsFor(draft: string, text: string): boolean {
    return standsForFolded(draft, text)
  }

  readTranscript(file: string, position: number | null): Promise<TranscriptReading> {
    return readTranscript(file, position)
  }

  hasConversation({conversation, directory}: ConversationPlace): Promise<boolean> {
    return exists(transcriptPath(directory, conversation))
  }

  refusalOf(screen: string): ConversationRefusal | null {
    return refusalIn(screen)
  }

  /** The script of the role; null when the folder has none for it. */
  async #script(scripts: string | null, request: LaunchRequest): Promise<Script | null> {
    if (scripts === null) return null
    const folder = path.resolve(request.project.repository, scripts)
    if (!(await isFolder(folder))) throw new OrchError('ORCH_CONFIG', {problems: [`rehearsal.scripts: ${folder} is not a folder`]})
    const file = path.join(folder, `${request.agent.role}.yaml`)
    return (await exists(file)) ? loadScript(file, this.#parts.schemas) : null
  }
}

/** Scripts run programs, so only the person's own configuration names them. */
function withoutPrograms(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([key]) => key !== 'scripts'))
}

function asOwes(value: string | undefined): Owes | null {
  return value === 'commits' || value === 'report' || value === 'nothing' ? value : null
}

async function isFolder(file: string): Promise<boolean> {
  return stat(file).then(
    (stats) => stats.isDirectory(),
    () => false,
  )
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}
