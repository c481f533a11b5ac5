import {plural} from '../domain/plural.js'
import {isFinished} from '../domain/project-states.js'
import type {EndedUnreadable} from '../services/recovery/unreadable-projects.js'
import type {ProjectStatus} from '../services/status/status.js'
import {oneLine} from './format.js'

/** What `project.stop` answers. */
export type StoppedProject = {readonly id: string; readonly state: string} | EndedUnreadable

/** Whether there is anything to stop. */
export function isGoing({state}: ProjectStatus): boolean {
  return !isFinished(state)
}

/** What a person is asked before a project is ended. */
export function stopQuestion({id, name, state, agents}: ProjectStatus): string {
  return `${oneLine(name)} (${id}) is ${state}, with ${plural(agents.length, 'agent')}. Branches and worktrees stay.\nEnd it? [y]es / [N]o `
}

/** States of agents that have ended. */
const ENDED = ['exited', 'stopped', 'lost']

/** Lines printed while a project stops. */
export function stoppingLine({name, agents}: ProjectStatus): string {
  const running = agents.filter(({state}) => !ENDED.includes(state)).length
  const what = running === 0 ? 'no agent runs' : `${plural(running, 'agent')} asked to leave, which takes up to half a minute`
  return `Stopping ${oneLine(name)}: ${what} …`
}

export function stoppedLine(project: StoppedProject): string {
  if (!('keptIn' in project)) return `The project ${project.id} is ${project.state}.`
  const {id, ended, keptIn} = project
  return `The record of ${id} cannot be read: ${ended} processes of its agents were ended, and the files of the record are in ${keptIn}. Branches and worktrees stay.`
}
