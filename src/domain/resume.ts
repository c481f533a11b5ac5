import {OrchError, type Evidence} from '@orch/plugin-kit'
import {moveAgent} from './agent.js'
import {isEnvironmental} from './baseline.js'
import {spendingOf, withFreshBudget} from './budget.js'
import {sequence, unchanged, type Change} from './change.js'
import {MINUTE_MS} from './check-in.js'
import {closeIncident, incidentsOf} from './incident.js'
import {dueNow} from './limits.js'
import {reopenMailboxes} from './reopen-mailboxes.js'
import {isFinished} from './project-states.js'
import {moveProject, withAgent} from './project.js'
import type {Project} from './model/project.js'
import type {Agent} from './model/agent.js'

/** What a person says when they take a project up. */
export interface Resumption {
  /** Agents that ended are started again. */
  readonly restartDead: boolean
  /** A new deadline, milliseconds UTC; missing: the one it has. */
  readonly deadlineAt?: number
  /** US dollars allowed from here on; missing: the budget it has. */
  readonly budgetUsd?: number
}

/** @param now milliseconds UTC @throws ORCH_CLASH for a project that is completed, or whose deadline has passed */
export function requireResumable({id, state, spec, options}: Project, {deadlineAt}: Pick<Resumption, 'deadlineAt'>, now: number): void {
  if (state === 'completed') {
    const remedy = `See its result: orch report ${id}. Start a new project: orch run ${spec.path} --fresh`
    throw new OrchError('ORCH_CLASH', {what: `The project ${id}`, why: 'it is completed', remedy})
  }
  const deadline = deadlineAt ?? options.deadlineAt
  if (typeof deadline !== 'number' || deadline > now) return
  const why = `its deadline (${new Date(deadline).toISOString()}) has passed`
  throw new OrchError('ORCH_CLASH', {what: `The project ${id}`, why, remedy: `Give it a new one: orch resume ${id} --deadline 2h`})
}

/** Takes a project up at the step it left, with its conversations, claims and check-ins; attempts are counted anew. */
export function resume(project: Project, how: Resumption, evidence: Evidence): Change {
  const now = evidence.at
  const to = stepToTake(project)
  return sequence(
    project,
    (current) => (to === current.state ? unchanged(current) : moveProject(current, to, evidence, {resumeTo: null, finishedAt: null})),
    (current) => (isFinished(project.state) ? reopenMailboxes(current, now) : unchanged(current)),
    (current) => unchanged(withBounds(current, how)),
    // The environment may have been mended before the resume.
    (current) => unchanged(withoutEnvironmental(current)),
    // What was left out of the result when it ended may be merged yet.
    (current) => unchanged({...current, unmerged: [], leftBehind: []}),
    ...project.agents.map(
      ({id}) =>
        (current: Project) =>
          resumeAgent(current, id, how, evidence),
    ),
    (current) => unchanged(isFinished(project.state) ? withCheckInsAhead(current, now) : current),
    ...incidentsOf(project).map((incident) => (current: Project) => closeIncident(current, incident, evidence.what)),
  )
}

/** What a resume did to an agent: its start follows, its turn is tried again, or it stays as it is. */
export interface Resumed {
  readonly role: string
  readonly how: 'starts' | 'tries-again'
}

/** Lists the agents that a resume woke. @param before the project as it was */
export function resumedAgents(before: Project, after: Project): Resumed[] {
  return after.agents.flatMap((agent): Resumed[] => {
    const was = before.agents.find(({id}) => id === agent.id)
    if (!was) return []
    if ((agent.state === 'planned' && was.state !== 'planned') || agent.context?.restart) return [{role: agent.role, how: 'starts'}]
    const isDue = was.state === 'limited' && JSON.stringify(was.waitingFor) !== JSON.stringify(agent.waitingFor)
    return isDue ? [{role: agent.role, how: 'tries-again'}] : []
  })
}

/** The state that leads a project back to the step it left; the facts decide the rest. */
export function stepToTake({state, resumeTo, agents}: Project): Project['state'] {
  // Records of projects that ended before the step they left was kept.
  const left = resumeTo ?? (isFinished(state) ? (agents.every(({run}) => run === null) ? 'planning' : 'running') : state)
  return left === 'queued' && state !== 'queued' ? 'planning' : left
}

function resumeAgent(project: Project, id: string, {restartDead}: Resumption, evidence: Evidence): Change {
  const agent = project.agents.find((candidate) => candidate.id === id)!
  const startAnew: Agent = dueNow(
    {...agent, restarts: 0, rejections: 0, returns: 0, context: {...agent.context, healthRestarts: 0}},
    evidence.at,
  )
  const hasEnded = ['exited', 'stopped', 'quarantined'].includes(agent.state)
  if (!restartDead || !hasEnded || agent.left) return {project: withAgent(project, startAnew), events: []}
  const moved = moveAgent(startAnew, 'planned', evidence)
  return {project: withAgent(project, moved.agent), events: moved.events}
}

function withBounds(project: Project, {deadlineAt, budgetUsd}: Resumption): Project {
  const {options} = project
  const timed = deadlineAt === undefined ? project : {...project, options: {...options, deadlineAt}}
  if (budgetUsd === undefined) return withFreshBudget(timed)
  const allowedUsd = spendingOf(project).usd + budgetUsd
  return {...timed, options: {...timed.options, budget: {usd: budgetUsd, allowedUsd}}}
}

function withoutEnvironmental(project: Project): Project {
  const {baseline, ...rest} = project
  return baseline && isEnvironmental(baseline) ? rest : project
}

/** Defers check-ins that came due while the project was over: all would arrive at once. */
function withCheckInsAhead(project: Project, now: number): Project {
  const checkIns = project.checkIns.map((checkIn) =>
    checkIn.nextAt > now ? checkIn : {...checkIn, nextAt: now + (checkIn.everyMinutes ?? 0) * MINUTE_MS},
  )
  return {...project, checkIns}
}
