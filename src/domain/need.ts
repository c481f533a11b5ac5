import type {HeldBy} from '@orch/plugin-kit'
import {isAlive} from './agent-states.js'
import {PERSON, pendingIn} from './request.js'
import {describeBaseline, isEnvironmental} from './baseline.js'
import {holdOf} from './held-claim.js'
import {incidentsOf} from './incident.js'
import {isFinished} from './project-states.js'
import {needsOfPlugins} from './plugin-record.js'
import {findAgent} from './project.js'
import type {Project} from './model/project.js'
import type {Message} from './model/message.js'
import type {Incident} from './model/incident.js'
import type {Agent} from './model/agent.js'

/** Something only a person can do. */
export interface Need {
  /** null: it concerns the supervisor, not a project. */
  readonly project: string | null
  readonly agent: string | null
  readonly what: string
  /** Milliseconds UTC. */
  readonly since: number
  /** Commands to run next, the most useful first. */
  readonly commands: readonly string[]
}

/** Milliseconds after which an undelivered message becomes a need, by what holds it. */
const HELD: Readonly<Record<HeldBy, {readonly ms: number; readonly what: string}>> = {
  dialog: {ms: 60_000, what: 'a dialog on its screen blocks message delivery: answer it'},
  draft: {ms: 600_000, what: 'an unfinished draft in its composer blocks message delivery: send it or clear it'},
  limit: {ms: 600_000, what: 'its screen shows a usage limit, which blocks message delivery'},
  person: {ms: 600_000, what: 'typing in its window blocks message delivery'},
  mode: {ms: 600_000, what: 'its window is scrolled back or shows something orch does not know, which blocks message delivery'},
  dead: {ms: 600_000, what: 'its window takes no input, which blocks message delivery'},
}

/** Milliseconds after which a claim that waits for a background task becomes a need. */
const HELD_CLAIM_MS = 600_000

/** What a project needs from a person, except for the accounts of its agents. @param now milliseconds UTC */
export function needsOf(project: Project, now: number): Need[] {
  // A repository stays changed when its project is over.
  if (isFinished(project.state)) return incidentNeeds(project).filter(({commands}) => commands.includes(REPOSITORY_COMMAND))
  return [
    ...projectNeeds(project),
    ...project.agents.flatMap((agent) => agentNeeds(project, agent)),
    ...incidentNeeds(project),
    ...requestNeeds(project),
    ...heldMessageNeeds(project, now),
    ...heldClaimNeeds(project, now),
    ...environmentNeeds(project),
    ...pluginNeeds(project),
  ]
}

/** When an undelivered message becomes a need, milliseconds UTC; null when it does not: a limited agent is woken, a dialog is a need by itself. */
export function needOfMessageAt({state: agent}: Agent, {state, blockedBy, blockedSince}: Message): number | null {
  if (state !== 'accepted' || blockedBy === null || blockedSince === null) return null
  return ['limited', 'needs-input', 'starting'].includes(agent) ? null : blockedSince + HELD[blockedBy].ms
}

function projectNeeds({id, state, reason, evidence}: Project): Need[] {
  const about = {project: id, agent: null, since: evidence.at, commands: [`orch resume ${id}`]}
  if (state === 'blocked') return [{...about, what: reason ?? 'blocked'}]
  return state === 'paused' ? [{...about, what: 'paused: nothing is started, verified or merged'}] : []
}

/** Before the team has spent its time: what it will be verified with cannot succeed here. */
function environmentNeeds({id, state, baseline}: Project): Need[] {
  if (!baseline || !isEnvironmental(baseline) || state === 'blocked') return []
  const what = `verification cannot succeed here: on the base, before any work, ${describeBaseline(baseline)}. Fix the environment, then resume`
  return [{project: id, agent: null, what, since: baseline.at, commands: [`orch resume ${id}`, `orch stop ${id}`]}]
}

function agentNeeds({id: project}: Project, agent: Agent): Need[] {
  const {id, role, state, evidence, waitingFor, oauthPort} = agent
  const needs: Need[] = []
  if (state === 'needs-input') needs.push({project, agent: id, what: evidence.what, since: evidence.at, commands: [attach(project, role)]})
  if (state === 'quarantined') {
    const commands = [`orch logs ${project} ${role}`, `orch resume ${project}`]
    needs.push({project, agent: id, what: evidence.what, since: evidence.at, commands})
  }
  if (waitingFor?.what === 'port' && waitingFor.needsYouSince !== undefined) {
    const {command = null, pid = null} = waitingFor.holder ?? {}
    const holder = pid === null ? 'a process of another user' : `${command ?? 'a process'} (pid ${pid})`
    const what = `${role} waits for port ${oauthPort}, held by ${holder}: end it, or start without the port`
    needs.push({project, agent: id, what, since: waitingFor.needsYouSince, commands: [`orch port override ${project}:${role}`]})
  }
  return needs
}

function incidentNeeds(project: Project): Need[] {
  const open = incidentsOf(project).filter(({step}) => step === 'person')
  const isIdle = open.some(({cause}) => cause === 'idle-team')
  // An idle team is one need, however many of its agents are overdue.
  return open
    .filter(({cause}) => !isIdle || cause !== 'owes-claim')
    .map((incident) => ({
      project: project.id,
      agent: incident.agent,
      what: `${TITLES[incident.cause] ?? incident.cause}: ${incident.what}`,
      since: incident.stepAt,
      commands: incident.commands ?? commandsFor(project, incident),
    }))
}

const REPOSITORY_COMMAND = 'orch doctor --fix'

const TITLES: Readonly<Partial<Record<Incident['cause'], string>>> = {
  'owes-claim': 'no claim',
  'idle-team': 'nothing is happening',
  'repository-changed': 'your repository changed',
  'left-worktree': 'outside of its worktree',
  'foreign-pane': 'a pane orch did not make',
  'record-fallback': 'older record in use',
}

function commandsFor(project: Project, {cause, agent}: Incident): string[] {
  const {id} = project
  const role = agent === null ? undefined : findAgent(project, agent)?.role
  if (cause === 'repository-changed') return [REPOSITORY_COMMAND]
  if (cause === 'foreign-pane') return [role === undefined ? `orch attach ${id}` : attach(id, role), 'orch doctor --fix']
  if (cause === 'record-fallback') return [`orch events ${id}`]
  if (cause === 'low-memory' || role === undefined) return [`orch status ${id}`]
  if (cause === 'worktree-missing') return [`orch agent restart ${id} ${role}`]
  return [attach(id, role), `orch agent restart ${id} ${role}`]
}

function requestNeeds(project: Project): Need[] {
  return pendingIn(project)
    .filter(({approver, escalated}) => approver === PERSON || escalated.length > 0)
    .map(({id, from, asker, question, askedAt}) => ({
      project: project.id,
      agent: from === PERSON ? null : from,
      what: `${asker} asks: ${question} (${id})`,
      since: askedAt,
      commands: answerCommands(id, question),
    }))
}

/** How questions begin that yes or no answers, unless they offer a choice. */
const YES_OR_NO = /^(may|can|could|shall|should|will|would|is|are|am|do|does|did|has|have|ok|okay|please|allow|approve)\b/i

function answerCommands(id: string, question: string): string[] {
  const words = `orch answer ${id} "…"`
  const verdicts = [`orch approve ${id}`, `orch deny ${id} --reason "…"`]
  return YES_OR_NO.test(question.trim()) && !/\bor\b/i.test(question) ? [...verdicts, words] : [words, ...verdicts]
}

/** One need an agent: the message that has waited longest. */
function heldMessageNeeds({id: project, messages, agents}: Project, now: number): Need[] {
  return agents.flatMap((agent) => {
    if (!isAlive(agent.state)) return []
    const overdue = messages.filter((message) => message.to === agent.id && (needOfMessageAt(agent, message) ?? Infinity) <= now)
    const [first] = overdue.sort((a, b) => a.blockedSince! - b.blockedSince!)
    if (!first) return []
    const {what} = HELD[first.blockedBy!]
    return [{project, agent: agent.id, what, since: first.blockedSince!, commands: [attach(project, agent.role)]}]
  })
}

function heldClaimNeeds({id: project, agents}: Project, now: number): Need[] {
  return agents.flatMap((agent) => {
    const why = holdOf(agent)
    const since = agent.claim?.held?.since
    if (why === null || since === undefined || now - since < HELD_CLAIM_MS) return []
    const what = `its claim waits for ${why}: end that, or tell it to`
    return [{project, agent: agent.id, what, since, commands: [attach(project, agent.role)]}]
  })
}

function pluginNeeds(project: Project): Need[] {
  return needsOfPlugins(project).map(({plugin, agent, what, since, commands}) => {
    const status = `orch status ${project.id}`
    return {project: project.id, agent, what: `${plugin}: ${what}`, since, commands: commands.length > 0 ? commands : [status]}
  })
}

function attach(project: string, role: string): string {
  return `orch attach ${project} ${role}`
}
