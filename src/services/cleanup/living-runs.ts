import {isAlive} from '../../domain/agent-states.js'
import type {Store} from '../../domain/ports/store.js'
import type {Project} from '../../domain/model/project.js'
import type {Agent} from '../../domain/model/agent.js'

/** Ids of projects; they are names of folders and part of the names of tmux sessions. */
const PROJECT_ID = /^p_[0-9a-z]+$/

/** What a project id is to this state directory; a damaged record is a reason to touch nothing. */
export async function recordOf(store: Store, id: string): Promise<Project | 'damaged' | 'none'> {
  if (!PROJECT_ID.test(id) || store.damaged().some((record) => record.id === id)) return 'damaged'
  try {
    return (await store.load(id)) ?? 'none'
  } catch {
    return 'damaged'
  }
}

export function isProjectId(name: string): boolean {
  return PROJECT_ID.test(name)
}

/** Runs that are meant to live: also one that is being started. */
export function livingRuns(store: Store): ReadonlySet<string> {
  const runs = (agent: Agent) =>
    agent.run && (isAlive(agent.state) || agent.state === 'waiting-port' || agent.state === 'planned') ? [agent.run.id] : []
  return new Set(store.projects().flatMap(({agents}) => agents.flatMap(runs)))
}
