import type {Act, Evidence} from '@orch/plugin-kit'
import {evidenceOf} from './actor.js'
import {isPastStart} from './agent-states.js'
import {moveAgent} from './agent.js'
import {unchanged, type Change} from './change.js'
import {closeIncident, findIncident, incidentsOf, openIncident} from './incident.js'
import {accept} from './mailbox.js'
import {isOpen, newMessage} from './message.js'
import {byPlugin, keep, putNeed, settleNeed} from './plugin-record.js'
import {findAgent, moveProject, withAgent} from './project.js'
import {AGENT_TRANSITIONS} from './agent-states.js'
import {PROJECT_TRANSITIONS} from './project-states.js'
import {intendRestart} from './restarts.js'
import {stepToTake} from './resume.js'
import type {Agent} from './model/agent.js'
import type {Project} from './model/project.js'

/** Messages of one plugin that one agent may have unread. */
const MOST_UNREAD = 20
/** Incidents of one plugin that may be open in a project. */
const MOST_INCIDENTS = 20
/** Milliseconds after its start for which a plugin does not start an agent again: a rule that always holds must not spin. */
const SETTLED_MS = 10_000

/** Why an act was not done, as a clause. */
export class RefusedAct extends Error {}

export interface ActContext {
  readonly plugin: string
  /** Milliseconds UTC. */
  readonly now: number
  readonly messageId: () => string
}

/** These break off the step that is under way. */
export function setsAside(acts: readonly Act[]): boolean {
  return acts.some((act) => act.do === 'pause' || act.do === 'resume' || act.do === 'move-project')
}

/**
 * Carries out what a plugin decided: all of it, or nothing. Every event names the plugin.
 * @throws RefusedAct for one that cannot be done
 */
export function carryOut(project: Project, acts: readonly Act[], context: ActContext): Change {
  const {plugin} = context
  const done = acts.reduce<Change>((before, act) => {
    const after = carryOutOne(before.project, act, context)
    return {project: after.project, events: [...before.events, ...after.events]}
  }, unchanged(project))
  return {project: done.project, events: done.events.map((event) => ({...event, data: {...event.data, plugin}}))}
}

function carryOutOne(project: Project, act: Act, context: ActContext): Change {
  const {plugin, now} = context
  const evidence = 'why' in act ? evidenceOf(byPlugin(plugin), act.why, now) : null
  switch (act.do) {
    case 'tell':
      return tell(project, act, context)
    case 'move-agent':
      return moveOne(project, act, evidence!)
    case 'restart-agent':
      return restart(project, act, context)
    case 'move-project':
      return setAside(project, act.to, evidence!, act.why)
    case 'pause':
      return setAside(project, 'paused', evidence!, null)
    case 'resume':
      return takeUp(project, plugin, evidence!)
    case 'open-incident':
      return open(project, act, context)
    case 'close-incident': {
      const known = findIncident(project, 'plugin', act.agent ?? null, aboutOf(plugin, act.name))
      return known ? closeIncident(project, known, act.why) : unchanged(project)
    }
    case 'need': {
      const {id, agent = null, what, commands = []} = act
      if (agent !== null) agentOf(project, agent)
      const put = putNeed(project, plugin, {id, agent, what, commands}, now)
      return typeof put === 'string' ? refuse(put) : put
    }
    case 'settle-need':
      return settleNeed(project, plugin, act.id, act.why)
    case 'keep':
      return keep(project, plugin, act.value)
  }
}

function tell(project: Project, {agent, text, priority}: Act & {do: 'tell'}, {plugin, now, messageId}: ActContext): Change {
  const to = agentOf(project, agent)
  if (text.trim() === '') refuse('the message is empty')
  const unread = project.messages.filter((message) => message.to === to.id && message.sender === plugin && isOpen(message)).length
  if (unread >= MOST_UNREAD) refuse(`${to.role} has ${unread} messages of the plugin that it has not read yet`)
  const letter = {from: 'orch', sender: plugin, to: to.id, kind: 'system', text, priority: priority ?? 'normal'} as const
  return accept(project, newMessage(messageId(), letter, now))
}

function moveOne(project: Project, {agent: id, to, until}: Act & {do: 'move-agent'}, evidence: Evidence): Change {
  const agent = agentOf(project, id)
  if (!isPastStart(agent.state)) refuse(`${agent.role} is ${agent.state}`)
  if (agent.state !== to && !AGENT_TRANSITIONS[agent.state].includes(to))
    refuse(`${agent.role} is ${agent.state}, from which nothing leads to ${to}`)
  if (agent.state === to && agent.evidence.what === evidence.what) return unchanged(project)
  const waitingFor = to === 'limited' ? ({what: 'limit', until: until ?? null, holder: null} as const) : null
  const moved = moveAgent(agent, to, evidence, {waitingFor})
  return {project: withAgent(project, moved.agent), events: moved.events}
}

function restart(project: Project, act: Act & {do: 'restart-agent'}, {plugin, now}: ActContext): Change {
  const agent = agentOf(project, act.agent)
  if (agent.context?.restart) return unchanged(project)
  if (!['starting', 'running'].includes(project.state)) refuse(`the project is ${project.state}`)
  if (!isPastStart(agent.state)) refuse(`${agent.role} is ${agent.state}`)
  if (agent.run && now - agent.run.startedAt < SETTLED_MS) refuse(`${agent.role} was started less than 10 s ago`)
  const done = intendRestart(project, agent.id, {why: act.why, fresh: act.fresh ?? false, by: byPlugin(plugin)})
  return {project: done.project, events: [{type: 'agent.restart', agent: agent.id, data: {why: act.why, fresh: act.fresh ?? false}}]}
}

function setAside(project: Project, to: 'paused' | 'blocked' | 'waiting-credits', evidence: Evidence, reason: string | null): Change {
  if (project.state === to) return unchanged(project)
  if (!PROJECT_TRANSITIONS[project.state].includes(to)) refuse(`the project is ${project.state}`)
  return moveProject(project, to, evidence, {reason, resumeTo: project.resumeTo ?? project.state})
}

function takeUp(project: Project, plugin: string, evidence: Evidence): Change {
  const {state, evidence: last} = project
  if (!['paused', 'blocked', 'waiting-credits'].includes(state)) return unchanged(project)
  if (last.by?.kind !== 'plugin' || last.by.plugin !== plugin) refuse(`the project is ${state}, and not by this plugin`)
  return moveProject(project, stepToTake(project), evidence, {resumeTo: null})
}

function open(project: Project, {name, agent, what}: Act & {do: 'open-incident'}, {plugin, now}: ActContext): Change {
  const subject = agent === undefined ? null : agentOf(project, agent).id
  const about = aboutOf(plugin, name)
  const own = incidentsOf(project).filter((incident) => incident.cause === 'plugin' && incident.about?.startsWith(`${plugin} `))
  if (own.length >= MOST_INCIDENTS && !findIncident(project, 'plugin', subject, about))
    refuse(`${MOST_INCIDENTS} incidents of the plugin are open in the project`)
  return openIncident(project, {cause: 'plugin', agent: subject, about, what}, now)
}

function aboutOf(plugin: string, name: string): string {
  return `${plugin} ${name}`
}

function agentOf(project: Project, id: string): Agent {
  return findAgent(project, id) ?? refuse(`there is no agent ${id} in the project`)
}

function refuse(why: string): never {
  throw new RefusedAct(why)
}
