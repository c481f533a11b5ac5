import {OrchError, type Caller} from '@orch/plugin-kit'
import type {ProjectFinder} from '../../services/status/find-project.js'
import type {Project} from '../../domain/model/project.js'

/** Text in a call: long enough for anything a composer or a file should get. */
export const TEXT = {type: 'string', maxLength: 1_000_000}
export const MESSAGE_ID = {type: 'string', pattern: '^m_[0-9a-z]{6,40}$'}

/** The agent that calls. @throws ORCH_USAGE for a person */
export function ownAgent(caller: Caller): {readonly project: string; readonly agent: string; readonly role: string} {
  if (caller.agent) return caller.agent
  throw new OrchError('ORCH_USAGE', {what: 'Only an agent can say this.', hint: 'The command works inside an agent that orch started.'})
}

/**
 * The project a caller means: an agent its own, a person the one named, or the only one.
 * @throws ORCH_REFUSED for an agent that names another, ORCH_NOT_FOUND, ORCH_AMBIGUOUS
 */
export async function projectOf(rollCall: ProjectFinder, {agent}: Caller, name: string | undefined): Promise<Project> {
  const wanted = name ?? agent?.project
  const project = await rollCall.named(wanted)
  if (!agent || project.id === agent.project) return project
  throw new OrchError('ORCH_REFUSED', {
    what: `What goes to ${project.id}`,
    why: `an agent speaks to its own team, that of ${agent.project}`,
    remedy: 'Name the role alone.',
  })
}

/** What is meant by an id or by its beginning, with or without the kind in front. A whole id means itself, whatever else begins with it. */
export function meantBy<T>(name: string, items: readonly T[], idOf: (item: T) => string): readonly T[] {
  if (name === '') return []
  const exact = items.filter((item) => idOf(item) === name)
  if (exact.length > 0) return exact
  return items.filter((item) => idOf(item).startsWith(name) || idOf(item).replace(/^\w_/, '').startsWith(name))
}
