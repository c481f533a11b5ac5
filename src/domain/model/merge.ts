import type {MergeState} from '@orch/plugin-kit'

/** A command orch ran itself, and how it ended: evidence. */
export interface CommandEvidence {
  readonly command: string
  /** null when it was ended by a signal or a time-out. */
  readonly exitCode: number | null
  readonly tookMs: number
  /** The last lines of its output. */
  readonly output: string
  /** After the merge of which role it ran; null: on the base alone. */
  readonly afterRole: string | null
  /** Its program was not found, or could not be executed. */
  readonly notStarted?: true
  /** Tracked files that differ from the commit after it ran: its result counts for nothing. */
  readonly changed?: readonly string[]
  /** How many tests it ran, by its own summary; missing when it printed none that is known. */
  readonly tests?: number
  /** How many processes it left running; orch ended them. */
  readonly leftRunning?: number
}

/** One role's branch on its way into the integration branch. */
export interface Merge {
  readonly agent: string
  readonly role: string
  readonly branch: string
  readonly state: MergeState
  /** The commit of the branch that is or was checked. */
  readonly head: string | null
  /** The commit of the integration branch that holds it. */
  readonly sha: string | null
  readonly files: readonly string[]
  readonly reason: string | null
}
