/** Capability `agent:<kind>`: how one sort of coding agent is found, started, understood and stopped. */
import type {PaneCommand} from './terminal.js'

export interface AgentDetection {
  readonly installed: boolean
  readonly version: string | null
  /** null when the agent knows no login. */
  readonly loggedIn: boolean | null
  /** Why it cannot be used and what to do about it; null when it can. */
  readonly problem: string | null
}

/** Everything a driver may need to start one run of an agent. Every path is absolute and exists. */
export interface LaunchRequest {
  readonly project: {readonly id: string; readonly name: string; readonly repository: string}
  readonly agent: {readonly id: string; readonly role: string; readonly title: string}
  readonly run: {readonly id: string; readonly token: string}
  /** The id of the agent's conversation: made by orch for the first start, then the id that the agent reported last. */
  readonly conversation: string
  /** The conversation exists already: take it up again. */
  readonly resume: boolean
  readonly worktree: string
  /** Folder of this agent in orch's state, for settings and scratch; never inside the worktree. */
  readonly directory: string
  /** Path of the file that says what the agent is to know. */
  readonly briefing: string
  /** The agent's first prompt; null to resume its conversation without one. */
  readonly firstPrompt: string | null
  /** Environment of the project with orch's own variables added. */
  readonly env: Readonly<Record<string, string>>
  /** The driver's section of the configuration, as it counts for this project. */
  readonly settings: Readonly<Record<string, unknown>>
  /** The role's own options for this driver: from templates, so they must not name programs. */
  readonly options: Readonly<Record<string, unknown>>
  /** Folders it may read beside its worktree: those of the project and of the other agents. */
  readonly readable: readonly string[]
  /**
   * Where its MCP servers come from: `given` (also without a value), from the file `mcpInit` wrote; `found`, by its own search. `approval`: it is
   * started only to ask for approval of the servers it finds, without a word of work.
   */
  readonly mcp?: 'given' | 'found' | 'approval'
}

/** A file to write before the start, private to this user. */
export interface LaunchFile {
  readonly path: string
  readonly content: string
}

export interface LaunchSpec {
  readonly command: PaneCommand
  readonly files: readonly LaunchFile[]
  /** Milliseconds from spawn after which an agent that is not ready is looked at. */
  readonly readyTimeoutMs: number
}

/** What the agent's own hook reported, as it came. */
export interface HookReport {
  readonly event: string
  readonly payload: Readonly<Record<string, unknown>>
}

/**
 * Why a turn was refused: `plan` the plan's window is used up (it resets at a known time), `throttle` too many requests at once, `server` the
 * provider's own trouble. Time helps with all three.
 */
export type LimitCause = 'plan' | 'throttle' | 'server'

/** What only a person can put right, for every agent of the account: the login, or the money. */
export type AccountProblem = 'login' | 'billing'

/** Something that runs beside an agent's turns: a subagent, or a command in the background. */
export interface BesideTask {
  readonly id: string
  /** In words a person reads: `subagent: find the tests`. */
  readonly what: string
}

/** What a report, a transcript or a screen means for orch. `at`: when it happened, in milliseconds UTC, where the source says. */
export type AgentSignal = SignalMeaning & {readonly at?: number}

type SignalMeaning =
  | {readonly kind: 'ready'; readonly cwd: string | null}
  /** `background`: its turn has ended while work it started still runs. */
  | {readonly kind: 'working'; readonly background?: true}
  | {readonly kind: 'idle'}
  /** `dialog: false`: its screen shows no dialog; it waits until a person acts. */
  | {readonly kind: 'needs-input'; readonly what: string; readonly dialog?: false}
  | {readonly kind: 'limited'; readonly what: string; readonly resetsAt: number | null; readonly cause?: LimitCause}
  | {readonly kind: 'account'; readonly problem: AccountProblem; readonly what: string}
  /** It continues the conversation with this id. */
  | {readonly kind: 'conversation'; readonly id: string}
  /**
   * The text reached the agent's input; messages are found in it by their id. `from`: who else it comes from, in words, where the agent says so;
   * `itself`: news of its own work, e.g. that a background task ended.
   */
  | {readonly kind: 'submitted'; readonly text: string; readonly from?: string}
  /** Where it works now. */
  | {readonly kind: 'place'; readonly cwd: string}
  /** All that runs beside its turns now. */
  | {readonly kind: 'beside'; readonly tasks: readonly BesideTask[]}
  | {readonly kind: 'beside-began'; readonly task: BesideTask}
  | {readonly kind: 'beside-ended'; readonly id: string}
  /** When it has itself woken, in words; all of it, none when empty. */
  | {readonly kind: 'wakes'; readonly times: readonly string[]}
  /** A tool it called was denied at once, with nobody asked: `Write`, `Bash with command rm x`. Told once for each, with its time. */
  | {readonly kind: 'denied'; readonly what: string}
  /** The conversation holds the text. */
  | {readonly kind: 'acknowledged'; readonly text: string}
  /** A slash command was taken or is done: it carries no id. */
  | {readonly kind: 'command'; readonly stage: 'submitted' | 'acknowledged'; readonly text: string}
  /** Where it writes its conversation. `ifThere`: it may not, so the path counts only where the file is. */
  | {readonly kind: 'transcript'; readonly path: string; readonly ifThere?: true}
  /** The conversation lost what it knew. */
  | {readonly kind: 'context-lost'; readonly how: 'compact' | 'clear'}
  | {readonly kind: 'ending'; readonly why: string}
  /** What the conversation has cost so far, in US dollars; each report replaces the one before. */
  | {readonly kind: 'cost'; readonly usd: number}

/** What a screen shows, read only when no hook can tell. */
export type ScreenReading =
  | {readonly what: 'composer'; readonly draft: string | null}
  | {readonly what: 'busy'; readonly draft: string | null}
  /** `answer`: keys that lead on, null when a person must decide. */
  | {readonly what: 'dialog'; readonly name: string; readonly text: string; readonly answer: readonly string[] | null}
  | {readonly what: 'limit'; readonly text: string; readonly resetsAt: number | null}
  | {readonly what: 'unknown'}

export interface TranscriptReading {
  /** Where to read on; null reads from the start. */
  readonly position: number
  readonly signals: readonly AgentSignal[]
}

/** What the agent looks for a conversation by. */
export interface ConversationPlace {
  /** Its id, as in {@link LaunchRequest}. */
  readonly conversation: string
  /** Where the agent said that it writes it; null before it said so. */
  readonly transcript: string | null
  /** Folder of this agent in orch's state. */
  readonly directory: string
  /** Environment kept with the project. */
  readonly env: Readonly<Record<string, string>>
}

/** Why an agent ended at once: it was to begin a conversation that `exists`, or to resume one that is `missing`. */
export type ConversationRefusal = 'exists' | 'missing'

/** Whose plan and login an agent uses. */
export interface AgentAccount {
  /** The same for agents that share them; tells no secret. */
  readonly id: string
  /** Another one after each login, tells no secret; null when the driver cannot see it. */
  readonly login: string | null
  /** What a person does when its login is refused, in words. */
  readonly renew?: string
  /** A new login counts from the agent's next start; left out: a session that runs takes it up. */
  readonly countsAtStart?: true
}

/** A window of a plan's limit. */
export interface RateWindow {
  /** The provider's own word, e.g. `five_hour`. */
  readonly name: string
  readonly usedPercent: number
  /** Milliseconds UTC. */
  readonly resetsAt: number | null
}

/** What an agent has used, by its own account. */
export interface AgentUsage {
  readonly model: string | null
  /** Of the context window. */
  readonly contextPercent: number | null
  readonly contextTokens: number | null
  readonly costUsd: number | null
  readonly windows: readonly RateWindow[]
}

export interface AgentDriver {
  readonly kind: string
  /** How it calls itself, e.g. `Claude Code`. */
  readonly title: string
  /** Its starts and kills are bound by the OAuth timing contract. */
  readonly usesOauthPort: boolean
  /** Megabytes one agent takes within its first seconds: starts wait while the machine has less. Left out, it counts as 400. */
  readonly memoryMb?: number
  /** A model works behind it; `--agent auto` takes only such. */
  readonly real: boolean
  /** @param settings the driver's section of the configuration */
  detect(env: Readonly<Record<string, string>>, settings: Readonly<Record<string, unknown>>): Promise<AgentDetection>
  /**
   * Once per repository before any start: trust seeding and the like. Only called with the person's consent.
   * @param request.quiet resolves when no agent is starting; to be awaited before a file is written that agents write at their start
   */
  prepareRepository(request: {repository: string; env: Readonly<Record<string, string>>; quiet?: () => Promise<void>}): Promise<void>
  launch(request: LaunchRequest): Promise<LaunchSpec>
  /** Pure: what a hook report means. Unknown events mean nothing. */
  interpret(report: HookReport): AgentSignal[]
  /**
   * Pure: what a screen shows.
   * @param approve names of the MCP servers that are approved when the screen asks for them; without it none is
   */
  readScreen(screen: string, approve?: readonly string[]): ScreenReading
  /** Reads on in a transcript; receipts of messages are here. */
  readTranscript(path: string, position: number | null): Promise<TranscriptReading>
  /** Whether a conversation is on disk, so that a start has to resume it; without it orch goes by what the agent reported. */
  hasConversation?(place: ConversationPlace): Promise<boolean>
  /** Pure: what the last screen of a run that ended says of its conversation; null when it ended for another reason. */
  refusalOf?(screen: string): ConversationRefusal | null
  /**
   * Pure: sentences for the briefing about the agent's program, e.g. tools it has or lacks in this team; without it, none are added.
   * @param of settings: the driver's section of the configuration; options: the role's own for this driver
   */
  briefing?(of: {
    readonly role: string
    readonly settings: Readonly<Record<string, unknown>>
    readonly options: Readonly<Record<string, unknown>>
  }): readonly string[]
  /** Slash commands that orch may type into it on somebody's behalf; none when left out. */
  readonly commands?: readonly string[]
  /** Variables that may hold its credential. When a person resumes a project with others in their environment, these count from then on. */
  readonly credentials?: readonly string[]
  /** The account that a start with this environment uses; without it each agent counts as an account. */
  account?(env: Readonly<Record<string, string>>, settings: Readonly<Record<string, unknown>>): Promise<AgentAccount>
  /** @param directory the agent's, as in {@link LaunchRequest} @returns null when it has not said anything yet */
  readUsage?(directory: string): Promise<AgentUsage | null>
  /** What a person would type to end it; the window is not killed for it. */
  readonly exitText: string
  /** Keys that delete the end of a draft in its composer, pressed until it is empty; without them orch never clears a draft. */
  readonly clearKeys?: readonly string[]
  /**
   * Pure: whether a draft is a mark that its composer shows in the place of this pasted text, e.g. `[Pasted text #1 +3 lines]`. Left out: it shows texts
   * themselves.
   */
  standsFor?(draft: string, text: string): boolean
  /** Milliseconds between a paste and Enter that this composer needs. */
  readonly submitDelayMs: number
}
