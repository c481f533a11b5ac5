import type {
  AgentDetection,
  AgentDriver,
  AgentSignal,
  ConversationRefusal,
  HookReport,
  LaunchRequest,
  LaunchSpec,
  ScreenReading,
  TranscriptReading,
} from '@orch/plugin-kit'

interface FakeDriverOptions {
  readonly kind?: string
  readonly usesOauthPort?: boolean
  readonly real?: boolean
  readonly readyTimeoutMs?: number
}

/**
 * An agent driver that a test writes the script of: a hook report carries its own meaning in `payload.signals`, a transcript is a list of
 * signals, and the last line of a screen says what it shows (`>` a composer with its draft, `busy`, `limit`, `dialog NAME`, `ask NAME`).
 */
export class FakeDriver implements AgentDriver {
  readonly kind: string
  readonly title: string
  readonly usesOauthPort: boolean
  readonly real: boolean
  readonly exitText = '/exit'
  readonly clearKeys = ['C-u']
  readonly submitDelayMs = 50
  readonly #readyTimeoutMs: number
  readonly launches: LaunchRequest[] = []
  readonly prepared: string[] = []
  readonly transcripts = new Map<string, AgentSignal[]>()
  /** For a driver that can tell. */
  hasConversation?: NonNullable<AgentDriver['hasConversation']>
  /** For a driver whose credential stands in the environment. */
  credentials?: readonly string[]
  /** For a composer that shows marks. */
  standsFor?: NonNullable<AgentDriver['standsFor']>
  detection: AgentDetection = {installed: true, version: '1.0', loggedIn: true, problem: null}

  constructor({kind = 'fake', usesOauthPort = false, real = false, readyTimeoutMs = 10_000}: FakeDriverOptions = {}) {
    this.kind = kind
    this.title = `Agent ${kind}`
    this.usesOauthPort = usesOauthPort
    this.real = real
    this.#readyTimeoutMs = readyTimeoutMs
  }

  async detect(): Promise<AgentDetection> {
    return this.detection
  }

  async prepareRepository({repository}: {repository: string}): Promise<void> {
    this.prepared.push(repository)
  }

  async launch(request: LaunchRequest): Promise<LaunchSpec> {
    this.launches.push(request)
    const command = {argv: ['fake-agent', '--role', request.agent.role], cwd: request.worktree, env: request.env}
    return {command, files: [{path: `${request.directory}/settings.json`, content: '{}'}], readyTimeoutMs: this.#readyTimeoutMs}
  }

  interpret({payload}: HookReport): AgentSignal[] {
    return (payload['signals'] ?? []) as AgentSignal[]
  }

  readScreen(screen: string): ScreenReading {
    const line = screen.trimEnd().split('\n').at(-1) ?? ''
    const [word, ...rest] = line.split(' ')
    const text = rest.join(' ')
    if (word === '>') return {what: 'composer', draft: text || null}
    if (word === 'busy') return {what: 'busy', draft: text || null}
    if (word === 'limit') return {what: 'limit', text, resetsAt: null}
    if (word === 'dialog') return {what: 'dialog', name: text, text: line, answer: ['Enter']}
    if (word === 'ask') return {what: 'dialog', name: text, text: line, answer: null}
    return {what: 'unknown'}
  }

  /** A last line `refused exists` or `refused missing`. */
  refusalOf(screen: string): ConversationRefusal | null {
    const refusal = /^refused (exists|missing)$/.exec(screen.trimEnd().split('\n').at(-1) ?? '')?.[1]
    return (refusal as ConversationRefusal | undefined) ?? null
  }

  async readTranscript(path: string, position: number | null): Promise<TranscriptReading> {
    const signals = this.transcripts.get(path)
    if (!signals) throw new Error(`ENOENT: ${path}`)
    return {position: signals.length, signals: signals.slice(position ?? 0)}
  }
}

/** A hook report that means these signals. */
export function report(...signals: AgentSignal[]): HookReport {
  return {event: 'Test', payload: {signals}}
}
