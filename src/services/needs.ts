import {accountProblem} from '../domain/limits.js'
import {needsOf, type Need} from '../domain/need.js'
import {isFinished} from '../domain/project-states.js'
import type {Project} from '../domain/project.js'
import {describeStorageWait, STORAGE_NEED_MS, type StorageWait} from '../domain/storage.js'
import type {DamagedRecord} from '../domain/store.js'

/** A plugin that is not loaded because of what it did to the supervisor. */
export interface LeftOut {
  readonly plugin: string
  readonly why: string
  /** Milliseconds UTC. */
  readonly since: number
}

/** What a person does to have it loaded again. */
export function takeBackIn(plugin: string): string {
  return `Fix or update it, then: orch plugin enable ${plugin}. To be rid of it: orch plugins uninstall ${plugin}`
}

/** Everything that waits for a person, pure. @param now milliseconds UTC */
export function needsYou(
  projects: readonly Project[],
  now: number,
  {damaged, leftOut, storage = []}: {damaged: readonly DamagedRecord[]; leftOut: readonly LeftOut[]; storage?: readonly StorageWait[]},
): Need[] {
  const house = leftOut.map(({plugin, why, since}) => ({
    project: null,
    agent: null,
    what: `the plugin ${plugin} is left out: it ${why}. ${takeBackIn(plugin)}`,
    since,
    commands: [`orch plugin enable ${plugin}`],
  }))
  const unreadable = damaged.map(({id, why, since}) => ({
    project: id,
    agent: null,
    what: `its record cannot be read: ${why}`,
    since,
    commands: [`orch status ${id}`, `orch stop ${id}`],
  }))
  const full = storage
    .filter(({project, since}) => now - since >= STORAGE_NEED_MS && projects.some(({id}) => id === project))
    .map((wait) => ({project: wait.project, agent: null, what: describeStorageWait(wait), since: wait.since, commands: ['orch doctor']}))
  return [...house, ...unreadable, ...full, ...needsOfAccounts(projects), ...projects.flatMap((project) => needsOf(project, now))]
}

/** One need for each account, however many agents and projects wait for it. */
function needsOfAccounts(projects: readonly Project[]): Need[] {
  const needs = new Map<string, {need: Need; agents: number}>()
  for (const project of projects.filter(({state}) => !isFinished(state))) {
    for (const agent of project.agents) {
      const trouble = accountProblem(agent)
      if (!trouble) continue
      const key = `${trouble.problem} ${trouble.account.id}`
      const {what, at} = agent.evidence
      const need = {project: project.id, agent: agent.id, what, since: at, commands: [`orch resume ${project.id}`]}
      const known = needs.get(key) ?? {need, agents: 0}
      needs.set(key, {...known, agents: known.agents + 1})
    }
  }
  return [...needs.values()].map(({need, agents}) => (agents === 1 ? need : {...need, what: `${need.what} (${agents} agents wait)`}))
}
