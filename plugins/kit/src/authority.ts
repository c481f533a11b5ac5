/** What a team template may let a role do beyond its own work. */
export const GRANTS = [
  'start-projects',
  'stop-projects',
  'pause-projects',
  'resume-projects',
  'trust-projects',
  'add-agents',
  'restart-agents',
  'stop-agents',
  'daemon',
  'plugins',
] as const
export type Grant = (typeof GRANTS)[number]

/** How much a role with the grant `start-projects` may start. */
export interface ChildProjects {
  /** Projects one project may start in all. */
  readonly most: number
  /** Percent of what is left of the parent's budget that one of them gets. */
  readonly budgetPercent: number
}

/** Who may call a socket method. */
export interface MethodRule {
  /** Calls with an agent's token: all, none, or those of a role with the grant. */
  readonly agents: 'all' | 'none' | Grant
  /** What a call without a token has to show: nothing, that no agent's process makes it, or that a person at a terminal does. */
  readonly others: 'nothing' | 'no-agent' | 'terminal'
  /** The parameter `project` names a project. An agent's is its own unless it says otherwise, and no other but one it started. */
  readonly project?: true
}
