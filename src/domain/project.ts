import type {Evidence, ProjectState} from '@orch/plugin-kit'
import type {DomainEvent} from './event.js'
import {PROJECT_TRANSITIONS} from './project-states.js'
import {requireTransition} from './transition.js'
import type {Project} from './model/project.js'
import type {Message} from './model/message.js'
import type {Merge} from './model/merge.js'
import type {Agent} from './model/agent.js'

/** The project in another state. @throws ORCH_ILLEGAL_TRANSITION */
export function moveProject(
  project: Project,
  to: ProjectState,
  evidence: Evidence,
  changes: Partial<Project> = {},
): {project: Project; events: DomainEvent[]} {
  if (project.state === to) return {project: {...project, ...changes, evidence}, events: []}
  requireTransition(PROJECT_TRANSITIONS, 'project', project.id, project.state, to)
  const reason = changes.reason ?? null
  return {
    project: {...project, ...changes, reason, state: to, evidence},
    events: [{type: 'project.state', agent: null, data: {from: project.state, to, reason, evidence}}],
  }
}

export function findAgent(project: Project, id: string): Agent | undefined {
  return project.agents.find((agent) => agent.id === id)
}

/** The project with one agent replaced. */
export function withAgent(project: Project, agent: Agent): Project {
  return {...project, agents: project.agents.map((other) => (other.id === agent.id ? agent : other))}
}

export function withMessage(project: Project, message: Message): Project {
  return {...project, messages: project.messages.map((other) => (other.id === message.id ? message : other))}
}

export function withMerge(project: Project, merge: Merge): Project {
  return {...project, merges: project.merges.map((other) => (other.agent === merge.agent ? merge : other))}
}
