import {accountProblem} from '../../domain/limits.js'
import {needsOf, type Need} from '../../domain/need.js'
import type {LeftOut} from '../../domain/plugin-fault.js'
import {isFinished} from '../../domain/project-states.js'
import {describeStorageWait, STORAGE_NEED_MS, type StorageWait} from '../../domain/storage.js'
import type {DamagedRecord} from '../../domain/ports/store.js'
import type {Project} from '../../domain/model/project.js'

/** What a person does to have it loaded again. */
export function takeBackIn(plugin: string): string {
  return `Fix or update it, then: orch plugin enable ${plugin}. To remove it: orch plugins uninstall ${plugin}`
}

/** Characters of what a plugin did; `orch doctor` has all of it. */
const WHY_CHARS = 120

/** Everything that waits for a person, pure. @param now milliseconds UTC */
export function needsYou(
  projects: readonly Project[],
  now: number,
  {damaged, leftOut, storage = []}: {damaged: readonly DamagedRecord[]; leftOut: readonly LeftOut[]; storage?: readonly StorageWait[]},
): Need[] {
  const house = leftOut
    // Nobody has to be told of what they did themselves.
    .filter(({how}) => how !== 'disabled')
    .map(({plugin, why, since, how}) => ({
      project: null,
      agent: null,
      what: `the plugin ${plugin} ${how === 'failing' ? 'does not work' : 'is left out'}: it ${brief(why)}. Fixed it? orch plugin enable ${plugin}. Not needed? orch plugins uninstall ${plugin}`,
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

function brief(why: string): string {
  const text = why.replaceAll(/\s+/g, ' ')
  return text.length > WHY_CHARS ? `${text.slice(0, WHY_CHARS - 1)}…` : text
}
