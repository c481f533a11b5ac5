import type {Terminal} from '@orch/plugin-kit'
import type {Files} from '../../domain/ports/files.js'
import {paneOf} from '../../domain/foreign-pane.js'
import {wakeAt} from '../../domain/limits.js'
import type {Project} from '../../domain/model/project.js'

/** How an agent stands in fact, beside what its record says; nothing is changed by the look. */
export interface AgentLiveStatus {
  readonly role: string
  readonly state: string
  /** Its pane's process lives now. */
  readonly alive: boolean
  readonly branch: string
  readonly worktree: string
  readonly worktreeThere: boolean
  /** Milliseconds UTC at which its usage limit ends; null when it has none or nobody knows. */
  readonly limitedUntil: number | null
  /** Milliseconds UTC at which orch wakes it from that limit; null when time alone does not help. */
  readonly wokenAt: number | null
}

export interface LiveStatus {
  readonly id: string
  readonly state: string
  readonly reason: string | null
  readonly agents: readonly AgentLiveStatus[]
}

/** The look of `orch resume --status-only`. */
export async function liveStatusOf(project: Project, {terminal, files}: {terminal: Terminal; files: Files}): Promise<LiveStatus> {
  const panes = await terminal.panes()
  const agents = project.agents.map(async (agent): Promise<AgentLiveStatus> => {
    const {role, state, branch, worktree, waitingFor} = agent
    const pane = paneOf(panes, project.id, agent)
    const limitedUntil = waitingFor?.what === 'limit' ? waitingFor.until : null
    const worktreeThere = await files.isFolder(worktree)
    return {role, state, alive: pane?.dead === false, branch, worktree, worktreeThere, limitedUntil, wokenAt: wakeAt(agent)}
  })
  return {id: project.id, state: project.state, reason: project.reason, agents: await Promise.all(agents)}
}
