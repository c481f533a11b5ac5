import type {Agent} from '../domain/agent.js'
import {PERSON, pendingIn} from '../domain/approval.js'
import {incidentsOf} from '../domain/incident.js'
import {accountProblem} from '../domain/limits.js'
import {isFinished} from '../domain/project-states.js'
import type {Project} from '../domain/project.js'
import type {DamagedRecord} from '../domain/store.js'

/** Something only a person can do. */
export interface Need {
  /** null: it is about the house, not about a project. */
  readonly project: string | null
  readonly agent: string | null
  readonly what: string
  readonly since: number
}

/** A plugin that is not loaded because of what it did to the supervisor. */
export interface LeftOut {
  readonly plugin: string
  readonly why: string
  /** Milliseconds UTC. */
  readonly since: number
}

/** What a person does to have it loaded again. */
export function takeBackIn(plugin: string): string {
  return `Mend or update it, then: orch plugin enable ${plugin}. To be rid of it: orch plugins uninstall ${plugin}`
}

/** Milliseconds after which somebody's draft in a composer, which orch never touches, is for a person to finish or to clear. */
const DRAFT_MS = 600_000
/** Milliseconds after which a dialog that keeps a message out, and that no hook told of, is for a person. */
const DIALOG_MS = 60_000

/** Everything that waits for a person, pure. @param now milliseconds UTC */
export function needsYou(
  projects: readonly Project[],
  now: number,
  {damaged, leftOut}: {damaged: readonly DamagedRecord[]; leftOut: readonly LeftOut[]},
): Need[] {
  const house = leftOut.map(({plugin, why, since}) => ({
    project: null,
    agent: null,
    what: `the plugin ${plugin} is left out: it ${why}. ${takeBackIn(plugin)}`,
    since,
  }))
  const unreadable = damaged.map(({id, why, since}) => ({project: id, agent: null, what: `its record cannot be read: ${why}`, since}))
  return [...house, ...unreadable, ...needsOfAccounts(projects), ...projects.flatMap((project) => needsOf(project, now))]
}

/** One need for each account, however many agents and projects wait for it. */
function needsOfAccounts(projects: readonly Project[]): Need[] {
  const needs = new Map<string, {need: Need; agents: number}>()
  for (const project of projects) {
    for (const agent of project.agents) {
      const trouble = accountProblem(agent)
      if (!trouble) continue
      const key = `${trouble.problem} ${trouble.account.id}`
      const {what, at} = agent.evidence
      const known = needs.get(key) ?? {need: {project: project.id, agent: agent.id, what, since: at}, agents: 0}
      needs.set(key, {...known, agents: known.agents + 1})
    }
  }
  return [...needs.values()].map(({need, agents}) => (agents === 1 ? need : {...need, what: `${need.what} (${agents} agents wait)`}))
}

function needsOf(project: Project, now: number): Need[] {
  const needs: Need[] = []
  if (project.state === 'blocked')
    needs.push({project: project.id, agent: null, what: project.reason ?? 'blocked', since: project.evidence.at})
  for (const agent of project.agents) {
    if (agent.state === 'needs-input' || agent.state === 'quarantined')
      needs.push({project: project.id, agent: agent.id, what: agent.evidence.what, since: agent.evidence.at})
    const {what, needsYouSince} = agent.waitingFor ?? {}
    if (what === 'port' && needsYouSince !== undefined)
      needs.push({project: project.id, agent: agent.id, what: describeHold(project, agent), since: needsYouSince})
  }
  for (const {agent, cause, what, rung, rungAt} of incidentsOf(project)) {
    if (rung === 'person') needs.push({project: project.id, agent, what: `${cause}: ${what}`, since: rungAt})
  }
  return isFinished(project.state)
    ? needs
    : [...needs, ...requestsForYou(project), ...draftsForYou(project, now), ...dialogsForYou(project, now)]
}

function requestsForYou(project: Project): Need[] {
  return pendingIn(project)
    .filter(({approver, escalated}) => approver === PERSON || escalated.length > 0)
    .map(({id, from, asker, question, askedAt}) => ({
      project: project.id,
      agent: from === PERSON ? null : from,
      what: `${asker} asks: ${question} (orch approve ${id} | orch deny ${id})`,
      since: askedAt,
    }))
}

function dialogsForYou({id, messages, agents}: Project, now: number): Need[] {
  return agents.flatMap((agent) => {
    if (agent.state === 'needs-input' || agent.state === 'starting') return []
    const held = messages.find((message) => message.to === agent.id && message.state === 'accepted' && message.heldBy === 'dialog')
    if (!held || held.heldSince === null || now - held.heldSince < DIALOG_MS) return []
    return [
      {
        project: id,
        agent: agent.id,
        what: 'a dialog stands on its screen and holds its messages: answer it (orch attach)',
        since: held.heldSince,
      },
    ]
  })
}

function draftsForYou(project: Project, now: number): Need[] {
  const stale = project.messages.filter(
    ({state, heldBy, heldSince}) => state === 'accepted' && heldBy === 'draft' && heldSince !== null && now - heldSince >= DRAFT_MS,
  )
  return [...new Map(stale.map((message) => [message.to, message])).values()].map(({to, heldSince}) => ({
    project: project.id,
    agent: to,
    what: 'a draft stands in its composer and holds its messages: finish it or clear it (orch attach)',
    since: heldSince!,
  }))
}

function describeHold({id}: Project, {oauthPort, role, waitingFor}: Agent): string {
  const {command = null, pid = null} = waitingFor?.holder ?? {}
  const holder = pid === null ? 'a process of another user' : `${command ?? 'a process'} (pid ${pid})`
  return `${role} waits for port ${oauthPort}, held by ${holder}: end it, or orch port override ${id}:${role}`
}
