/** Compiled, never run: see lifecycle.types.ts. */
import type {ProjectState} from '@orch/plugin-kit'
import type {DomainEvent} from '../../src/domain/event.js'
import {moveAgent} from '../../src/domain/agent.js'
import {PROJECT_TRANSITIONS} from '../../src/domain/project-states.js'
import {moveProject} from '../../src/domain/project.js'
import type {TransitionTable} from '../../src/domain/transition.js'
import {aProject, anAgent} from '../support/builders.js'

const evidence = {source: 'hook', what: 'w', at: 1} as const

moveProject(aProject(), 'paused', evidence)
// @ts-expect-error a state that is none
moveProject(aProject(), 'sleeping', evidence)
// @ts-expect-error a project's state is no agent's
moveAgent(anAgent(), 'merging', evidence)
// @ts-expect-error evidence of a source that is none
moveAgent(anAgent(), 'idle', {...evidence, source: 'guess'})
// @ts-expect-error evidence without its time has no age
moveAgent(anAgent(), 'idle', {source: 'hook', what: 'w'})

declare const incomplete: Omit<typeof PROJECT_TRANSITIONS, 'blocked'>
// @ts-expect-error a state left out of its table
export const missing: TransitionTable<ProjectState> = incomplete
// @ts-expect-error a step to nowhere
export const nowhere: TransitionTable<ProjectState> = {...PROJECT_TRANSITIONS, queued: ['heaven']}

const project = aProject()
// @ts-expect-error records are values: a change makes a new one
project.state = 'paused'
// @ts-expect-error lists too
project.agents.push(anAgent())

// @ts-expect-error an event of a type the log does not know
export const event: DomainEvent = {type: 'lunch', agent: null, data: {}}
