import type {CompositionRequest, ProjectSize, Subscription} from '@orch/plugin-kit'

/** Agents a subscription carries (the original's figures, `orch run --subscription`). */
export const CAPS: Readonly<Record<Subscription, number>> = {pro: 3, max5: 5, max20: 8, console: 10}

/** The cap when the subscription is not known. */
export const UNKNOWN_CAP = 5

/** Agents a size calls for: a small job is one role's work, beside the orchestrator. */
export const TEAM_SIZE: Readonly<Record<ProjectSize, number>> = {small: 2, medium: 5, large: 8}

/** The cap of a request and why: a number given outright is the person's own word. */
export function capOf({maxAgents, subscription}: CompositionRequest): {cap: number; why: string} {
  const carried = subscription ? CAPS[subscription] : UNKNOWN_CAP
  const whose = subscription ? `the subscription ${subscription}` : 'an unknown subscription'
  if (maxAgents === null) return {cap: carried, why: `${whose} carries ${carried} agents`}
  const beyond = maxAgents > carried ? `; ${whose} carries ${carried} comfortably` : ''
  return {cap: maxAgents, why: `at most ${maxAgents} agents were asked for${beyond}`}
}

/** What a team of this size does to a subscription, when it is worth saying. */
export function strainOf(agents: number, subscription: Subscription | null): string[] {
  if (subscription === 'max5' && agents >= CAPS.max5) return ['five agents use up a max5 window soon; max20 lasts longer']
  if (subscription === 'pro' && agents >= CAPS.pro) return ['three agents use up a pro window soon; a smaller team lasts longer']
  return []
}
