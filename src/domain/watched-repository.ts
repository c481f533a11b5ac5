import {unchanged, type Change} from './change.js'
import {climb, closeIncident, findIncident, openIncident} from './incident.js'
import {describeChanges, type Finding} from './repository-changes.js'
import type {RepositoryChange, Project} from './model/project.js'

/** Changes of the repository that a person has not looked at yet. */
export function openChanges({repositoryChanges = []}: Project): RepositoryChange[] {
  return repositoryChanges.filter(({settled}) => settled === null)
}

/**
 * Records what an observation found: what is new is added with who did it, what is no longer so was put back. One incident says it all.
 * @param by who was at work, in words
 */
export function recordFindings(project: Project, findings: readonly Finding[], by: string, now: number): Change {
  const known = project.repositoryChanges ?? []
  const kept = known.map((change) => {
    if (change.settled !== null) return change
    const found = findings.find(({id}) => id === change.id)
    if (!found) return {...change, settled: 'put back'}
    return found.what === change.what ? change : {...change, ...found, by, at: now}
  })
  const open = new Set(openChanges(project).map(({id}) => id))
  const added = findings.filter(({id}) => !open.has(id)).map((finding) => ({...finding, by, at: now, settled: null}))
  return withIncident(project, [...kept, ...added], 'the repository is as it was', now)
}

/** A person takes a change as it is. */
export function acceptChange(project: Project, id: string, now: number): Change {
  const changes = (project.repositoryChanges ?? []).map((change) =>
    change.id === id && change.settled === null ? {...change, settled: 'accepted'} : change,
  )
  return withIncident(project, changes, 'accepted', now)
}

function withIncident(project: Project, changes: readonly RepositoryChange[], why: string, now: number): Change {
  const before = project.repositoryChanges ?? []
  const open = changes.filter(({settled}) => settled === null)
  const incident = findIncident(project, 'repository-changed', null)
  const what = describeChanges(open)
  if (isSame(before, changes) && (incident?.what ?? '') === what) return unchanged(project)
  const next = {...project, repositoryChanges: changes}
  if (open.length === 0) return incident ? closeIncident(next, incident, why) : {project: next, events: []}
  // The line says what is so now: one that says less is replaced.
  const rest = {...next, incidents: (next.incidents ?? []).filter((other) => other !== incident)}
  const opened = openIncident(rest, {cause: 'repository-changed', agent: null, about: null, what}, incident?.openedAt ?? now)
  // Only a person can judge it, in whatever state the project is.
  return climb(opened.project, findIncident(opened.project, 'repository-changed', null)!, 'person', now)
}

function isSame(one: readonly RepositoryChange[], other: readonly RepositoryChange[]): boolean {
  return one.length === other.length && one.every((change, index) => change === other[index])
}
