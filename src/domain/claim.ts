import {unchanged, type Change} from './change.js'
import {accept} from './mailbox.js'
import {newMessage} from './message.js'
import {findAgent, withAgent} from './project.js'
import type {Claim} from './model/claim.js'
import type {Project} from './model/project.js'

/** How often a claim goes back to its agent before the project is blocked (design § 6). */
export const MAX_REJECTIONS = 3

/** Why a claim does not hold. */
export interface Rejection {
  readonly agent: string
  /** The claim it is about; one made since then is left alone. */
  readonly claimedAt: number
  readonly reason: string
  readonly kind: 'verdict' | 'conflict'
  /** It is about something that fails on the base already: the claim comes back without counting as rejected. */
  readonly forBase?: boolean
  /** Id of the message that tells the agent: verdict and message are one change, or a crash between them would leave it waiting. */
  readonly messageId: string
}

/** Sends a claim back to its agent with what orch saw. */
export function rejectClaim(
  project: Project,
  {agent: id, claimedAt, reason, kind, forBase = false, messageId}: Rejection,
  now: number,
): Change {
  const agent = findAgent(project, id)!
  if (agent.claim?.at !== claimedAt || agent.claim.verdict === 'rejected') return unchanged(project)
  const claim: Claim = {...agent.claim, verdict: 'rejected', reason}
  const text = `Your claim was rejected: ${reason}\nFix it, commit, and claim again with: orch done --message "…"`
  const told = accept(
    withAgent(project, {...agent, claim, ...(forBase ? {returns: (agent.returns ?? 0) + 1} : {rejections: agent.rejections + 1})}),
    newMessage(messageId, {from: 'orch', sender: 'orch', to: id, kind, text}, now),
  )
  return {project: told.project, events: [{type: 'verdict', agent: id, data: {verdict: 'rejected', reason}}, ...told.events]}
}

/** What the role alone could show was checked. @param head the commit of its branch that was looked at */
export function upholdClaim(
  project: Project,
  id: string,
  claimedAt: number,
  {remarks = [], head}: {remarks?: readonly string[]; head?: string | undefined} = {},
): Change {
  const agent = findAgent(project, id)!
  if (agent.claim?.at !== claimedAt) return unchanged(project)
  const known = {...(remarks.length > 0 ? {remarks} : {}), ...(head === undefined ? {} : {head})}
  return {
    project: withAgent(project, {...agent, claim: {...agent.claim, verdict: 'holds', reason: null, ...known}}),
    events: [{type: 'verdict', agent: id, data: {verdict: 'holds', ...(remarks.length > 0 ? {remarks} : {})}}],
  }
}

/** The branch of an agent has moved since its claim was checked: it counts as a new claim, of the same words. @param head where the branch is now */
export function reopenClaim(project: Project, id: string, head: string): Change {
  const agent = findAgent(project, id)!
  if (agent.claim?.verdict !== 'holds') return unchanged(project)
  const {message, evidence, key, at, head: checked} = agent.claim
  const claim: Claim = {message, evidence, ...(key === undefined ? {} : {key}), at, verdict: 'pending', reason: null}
  const reason = `its branch moved from ${checked?.slice(0, 12) ?? 'where it was'} to ${head.slice(0, 12)} after it was checked`
  return {
    project: withAgent(project, {...agent, claim}),
    events: [{type: 'verdict', agent: id, data: {verdict: 'pending', reason}}],
  }
}
