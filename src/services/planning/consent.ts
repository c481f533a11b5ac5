import type {Plan, PlannedCommand} from '@orch/plugin-kit'

/** How the plan was approved: by a person who saw it, or by `--yes`. */
export type Approval = 'person' | 'flag'

export interface Consent {
  readonly acceptance: readonly PlannedCommand[]
  readonly setup: readonly PlannedCommand[]
  /** Commands that may not run, for the person to read. */
  readonly leftOut: readonly PlannedCommand[]
}

/**
 * Which commands of a plan orch may run itself (design § 10): a person who approved the plan saw all of them; `--yes` covers
 * flags and the user's own configuration; `--trust-project` covers the rest.
 */
export function consentTo(plan: Plan, approval: Approval, trusted: boolean): Consent {
  const may = ({origin}: PlannedCommand) => approval === 'person' || trusted || origin === 'flag' || origin === 'user-config'
  return {
    acceptance: plan.acceptance.filter(may),
    setup: plan.setup.filter(may),
    leftOut: [...plan.acceptance, ...plan.setup].filter((command) => !may(command)),
  }
}
