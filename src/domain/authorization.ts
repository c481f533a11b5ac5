import {OrchError} from '@orch/plugin-kit'
import {ORCHESTRATOR, PERSON, type Request} from './request.js'
import type {Project} from './model/project.js'

/** Who decides a request, by when, and what counts without an answer. */
export type Terms = Pick<Request, 'approver' | 'timeoutMs' | 'fallback'>

/**
 * What the team template presets for an action it lists.
 * @param from who asks; when the approver itself asks, the orchestrator decides, else a person
 * @throws ORCH_NOT_FOUND for an action it does not list
 */
export function presetTerms({agents, options}: Project, action: string, from: string): Terms {
  const listed = options.authorizations ?? []
  const entry = listed.find((candidate) => plain(candidate.action) === plain(action))
  if (!entry) {
    const known = listed.map((candidate) => candidate.action)
    throw new OrchError('ORCH_NOT_FOUND', {what: 'action among the authorizations of this team', name: action, known})
  }
  const deciders = entry.approver === PERSON ? [] : [entry.approver, ORCHESTRATOR]
  const approver = deciders.map((key) => agents.find(({role}) => role === key)?.id).find((id) => id !== undefined && id !== from)
  return {approver: approver ?? PERSON, timeoutMs: Math.round(entry.timeoutMinutes * 60_000), fallback: entry.default ?? null}
}

function plain(action: string): string {
  return action.trim().toLowerCase().replace(/\s+/g, ' ')
}
