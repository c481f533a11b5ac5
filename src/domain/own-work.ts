import type {BesideTask} from '@orch/plugin-kit'
import {unchanged, type Change} from './change.js'
import {climb, closeIncident, findIncident, openIncident} from './incident.js'
import {withAgent} from './project.js'
import type {Project} from './model/project.js'
import type {Agent} from './model/agent.js'

/** An agent that left its worktree can neither edit nor commit where its work counts: that is a matter for a person until it is back. */
export function placeOf(project: Project, {id, worktree}: Agent, cwd: string, now: number): Change {
  const open = findIncident(project, 'left-worktree', id)
  if (isInside(cwd, worktree)) return open ? closeIncident(project, open, 'it is back in its worktree') : unchanged(project)
  if (open) return unchanged(project)
  const what = `it works in ${cwd}, and only what it commits in ${worktree} counts`
  const opened = openIncident(project, {cause: 'left-worktree', agent: id, about: null, what}, now)
  const climbed = climb(opened.project, findIncident(opened.project, 'left-worktree', id)!, 'person', now)
  return {project: climbed.project, events: [...opened.events, ...climbed.events]}
}

/** All that runs beside an agent's turns. */
export function withBeside(project: Project, agent: Agent, tasks: readonly BesideTask[]): Change {
  if (JSON.stringify(agent.beside ?? []) === JSON.stringify(tasks)) return unchanged(project)
  return {project: withAgent(project, {...agent, beside: tasks}), events: []}
}

export function besideBegan(project: Project, agent: Agent, task: BesideTask): Change {
  return withBeside(project, agent, [...(agent.beside ?? []).filter(({id}) => id !== task.id), task])
}

export function besideEnded(project: Project, agent: Agent, id: string): Change {
  return withBeside(
    project,
    agent,
    (agent.beside ?? []).filter((task) => task.id !== id),
  )
}

/** An agent's own schedule costs money unwatched, so each change is an event. */
export function withWakes(project: Project, agent: Agent, times: readonly string[]): Change {
  if (JSON.stringify(agent.wakes ?? []) === JSON.stringify(times)) return unchanged(project)
  return {project: withAgent(project, {...agent, wakes: times}), events: [{type: 'schedule', agent: agent.id, data: {times}}]}
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}
