import {unchanged, type Change} from './change.js'
import {withAgent} from './project.js'
import type {Project} from './model/project.js'
import type {Agent} from './model/agent.js'

/** A transcript is read again from its start when it moves, so what is not newer than the last one is known. @param at milliseconds UTC */
export function withDenial(project: Project, agent: Agent, what: string, at: number): Change {
  const known = agent.denials
  if (known && (at < known.at || (at === known.at && what === known.last))) return unchanged(project)
  const denials = {count: (known?.count ?? 0) + 1, last: what, at}
  return {project: withAgent(project, {...agent, denials}), events: [{type: 'denial', agent: agent.id, data: {what, count: denials.count}}]}
}
