import type {DomainEvent} from './event.js'
import type {Project} from './model/project.js'

/** What a change makes of a project, and the events that tell of it. */
export interface Change {
  readonly project: Project
  readonly events: readonly DomainEvent[]
}

/** Nothing changes. */
export function unchanged(project: Project): Change {
  return {project, events: []}
}

/** One change after another. */
export function sequence(project: Project, ...changes: readonly ((project: Project) => Change)[]): Change {
  return changes.reduce<Change>(
    (before, change) => {
      const after = change(before.project)
      return {project: after.project, events: [...before.events, ...after.events]}
    },
    {project, events: []},
  )
}
