import type {PaneState} from '@orch/plugin-kit'
import {sequence, unchanged, type Change} from './change.js'
import {climb, closeIncident, findIncident, incidentsOf, openIncident} from './incident.js'
import {projectOfSession} from './session-name.js'
import type {Project} from './model/project.js'
import type {Agent} from './model/agent.js'

/**
 * The pane of an agent: the one on record, else that of its process, else the first of its window. A window may have been split, and ids are those of
 * another pane after the tmux server was started anew.
 */
export function paneOf(panes: readonly PaneState[], project: string, {role, pane: known, run}: Agent): PaneState | undefined {
  // The window first: this is asked for every agent, over the panes of all of them.
  const own = panes.filter((pane) => pane.windowName === role && projectOfSession(pane.sessionName) === project)
  return own.find(({pane}) => pane === known) ?? own.find(({pid}) => pid === run?.process?.pid) ?? own[0]
}

/** Whether a pane of a project's session is none that orch made. A dead one that an agent left may be started in again. */
export function isForeign({pane, windowName, dead}: PaneState, {agents}: Project): boolean {
  const agent = agents.find(({role}) => role === windowName)
  const isBeingStarted = agent !== undefined && ['planned', 'waiting-port', 'starting', 'lost'].includes(agent.state)
  return !(agents.some((each) => each.pane === pane) || isBeingStarted || (agent !== undefined && dead))
}

/** One incident a foreign pane, open as long as it is there. @param foreign the panes that are there */
export function followForeignPanes(project: Project, foreign: readonly PaneState[], now: number): Change {
  const over = incidentsOf(project).filter(({cause, about}) => cause === 'foreign-pane' && !foreign.some(({pane}) => pane === about))
  return sequence(
    project,
    ...over.map((incident) => (next: Project) => closeIncident(next, incident, 'it is gone')),
    ...foreign.map((pane) => (next: Project) => opened(next, pane, now)),
  )
}

function opened(project: Project, {pane, windowName, pid}: PaneState, now: number): Change {
  const agent = project.agents.find(({role}) => role === windowName)?.id ?? null
  const about = {cause: 'foreign-pane', agent, about: pane} as const
  if (findIncident(project, about.cause, about.agent, about.about)) return unchanged(project)
  const what = `pane ${pane} (pid ${pid}) in the window ${windowName}: what runs in it is on no record`
  return sequence(
    project,
    (next) => openIncident(next, {...about, what}, now),
    (next) => climb(next, findIncident(next, about.cause, about.agent, about.about)!, 'person', now),
  )
}
