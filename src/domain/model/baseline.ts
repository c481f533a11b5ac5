import type {CommandEvidence} from './merge.js'

export const BASELINE_OUTCOMES = ['passed', 'failed', 'could-not-start', 'set-up-failed'] as const

/** What the acceptance commands say of the base alone, before any work of the team. */
export interface Baseline {
  /**
   * `failed`: a command ran and did not succeed, which the work may be about. `could-not-start` and `set-up-failed`: the commands
   * cannot succeed in this environment, whatever the team does.
   */
  readonly outcome: (typeof BASELINE_OUTCOMES)[number]
  readonly commands: readonly CommandEvidence[]
  /** The set-up command that failed. */
  readonly setUp: CommandEvidence | null
  /** Milliseconds UTC. */
  readonly at: number
}
