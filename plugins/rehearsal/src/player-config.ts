import path from 'node:path'
import type {Owes} from '@orch/plugin-kit'
import type {RehearsalOptions} from './options.js'
import type {Script} from './script/script.js'

/** What the driver hands to the player: the content of `rehearsal.json`. Paths are absolute. */
export interface PlayerConfig {
  readonly project: {readonly id: string; readonly name: string}
  readonly role: string
  readonly conversation: string
  readonly resume: boolean
  readonly worktree: string
  /** Transcript and progress are kept here. */
  readonly directory: string
  readonly briefing: string
  readonly firstPrompt: string | null
  /** null: the host named no plan. */
  readonly plan: string | null
  /** Roles of the team; empty when the host named none. */
  readonly team: readonly string[]
  /** null: the plan says it. */
  readonly owes: Owes | null
  readonly options: RehearsalOptions
  /** null: it does small honest work from its briefing. */
  readonly script: Script | null
  /** Program and arguments; the event's name is added. */
  readonly hookCommand: readonly string[]
}

/** Where the player keeps a conversation. @param directory the agent's folder in orch's state */
export function transcriptPath(directory: string, conversation: string): string {
  return path.join(directory, `${conversation}.jsonl`)
}
