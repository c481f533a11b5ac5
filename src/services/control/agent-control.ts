import {join} from 'node:path'
import {OrchError, type Actor, type Clock, type Evidence, type Ids, type Plan, type PlanRole, type TeamCatalog} from '@orch/plugin-kit'
import {evidenceOf, nameOf} from '../../domain/actor.js'
import {moveAgent} from '../../domain/agent.js'
import {isAlive, isPastStart} from '../../domain/agent-states.js'
import {withdrawRequests} from '../../domain/request.js'
import {MINUTE_MS, ownCheckIn} from '../../domain/check-in.js'
import {sequence} from '../../domain/change.js'
import type {Files} from '../../domain/ports/files.js'
import {accept} from '../../domain/mailbox.js'
import {newMessage} from '../../domain/message.js'
import {isFinished} from '../../domain/project-states.js'
import {findAgent, withAgent} from '../../domain/project.js'
import type {Store} from '../../domain/ports/store.js'
import type {ContextCare} from '../briefing/context-care.js'
import {projectEnvironment} from '../record/project-environment.js'
import {oauthPool, spread} from '../oauth/port-pool.js'
import {plannedAgent} from '../projects/new-agent.js'
import type {PortBlocks} from '../projects/port-blocks.js'
import type {Recorder} from '../record/recorder.js'
import type {AgentRemoval} from '../agents/agent-removal.js'
import type {Restarts} from '../agents/restarts.js'
import type {AgentStopper} from '../agents/stop-agent.js'
import type {Project} from '../../domain/model/project.js'
import type {Agent} from '../../domain/model/agent.js'

interface AgentControlOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly terminator: Pick<AgentStopper, 'stop'>
  readonly restarts: Restarts
  readonly removal: Pick<AgentRemoval, 'remove'>
  readonly context: Pick<ContextCare, 'rebrief'>
  readonly catalog: (projectFolder: string) => Promise<TeamCatalog>
  readonly portBlocks: PortBlocks
  readonly ports: () => {readonly first: number; readonly perAgent: number}
  readonly files: Files
  readonly clock: Clock
  readonly ids: Ids
}

/** What is done to one agent: add, restart, stop, remove, brief. */
export class AgentControl {
  readonly #options: AgentControlOptions
  /** One addition at a time, so that two never get the same ports or lose each other's place in the plan. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: AgentControlOptions) {
    this.#options = options
  }

  /**
   * Starts an agent again, in its conversation or in a fresh one that begins with its notes.
   * @throws ORCH_CLASH while it is being started, or while the project starts no agent
   */
  async restart(project: Project, agent: Agent, {fresh, by}: {fresh: boolean; by: Actor}): Promise<void> {
    requireOnTeam(project, agent)
    requireStarting(project, agent)
    requireSettled(project, agent)
    await this.#options.restarts.restart(project.id, agent.id, {
      why: `restarted by ${nameOf(by)}${fresh ? ' with a fresh conversation' : ''}`,
      fresh,
      by,
    })
  }

  /** @throws ORCH_CLASH while it is being started, or when the project is finished */
  async stop(project: Project, agent: Agent, by: Actor): Promise<void> {
    requireSettled(project, agent)
    await this.#options.terminator.stop(project.id, agent.id, `${nameOf(by)} stopped it`, by)
    const {recorder, ids} = this.#options
    await recorder.change(project.id, (before, now) => withdrawRequests(before, agent.id, 'you were stopped', () => ids.next('m'), now))
  }

  /**
   * Ends one agent for good: it leaves the team, and nothing waits for it any more. Done again it changes nothing.
   * @param how.leaveWork what it committed and wrote stays out of the result
   * @throws ORCH_CLASH while it is being started, or the work is being checked, or the project is finished; ORCH_REFUSED when it has work
   */
  async remove(project: Project, agent: Agent, how: {leaveWork: boolean; by: Actor}): Promise<void> {
    requireSettled(project, agent)
    if (project.state === 'verifying' || project.state === 'merging') throw clash(agent.role, whyNot(project), wayBack(project))
    await this.#options.removal.remove(project, agent, how)
  }

  /** Tells an agent again who it is and what it is to do. @returns the id of the message @throws ORCH_CLASH when it does not run */
  async brief(project: Project, agent: Agent): Promise<string> {
    requireOnTeam(project, agent)
    if (!isPastStart(agent.state))
      throw clash(
        agent.role,
        `it is ${agent.state}`,
        startsAgents(project) ? `Start it first: orch agent restart ${project.id} ${agent.role}` : wayBack(project),
      )
    return this.#options.context.rebrief(project, agent, 'A reminder of your briefing.')
  }

  /** Adds a role to a running team; one that left comes back, with its branch as it was. @throws ORCH_NOT_FOUND for a role nobody knows, ORCH_CLASH when it is there or the work is being verified */
  add(project: Project, roleKey: string, by: Actor): Promise<Project> {
    const added = this.#last.then(() => this.#add(project.id, roleKey.replaceAll('_', '-').toLowerCase(), by))
    this.#last = added.catch(() => undefined)
    return added
  }

  async #add(projectId: string, key: string, by: Actor): Promise<Project> {
    const {store, recorder, catalog, portBlocks, ports, clock, ids} = this.#options
    const project = store.project(projectId)
    if (!project || (project.state !== 'running' && project.state !== 'starting')) {
      throw clash(key, whyNot(project), project ? wayBack(project) : 'A role is added while the team is starting or at work.')
    }
    const former = project.agents.find(({role}) => role === key)
    if (former && !former.left) throw clash(key, 'it is on the team', 'Look at it: orch agent list')
    const role = withoutGrants({...(await catalog(project.repository.root)).role(key), tasks: []})
    await this.#writeIntoPlan(project, role)
    if (former) return this.#takeBack(project.id, former, role, by)
    const [portBlock] = await portBlocks.allot(store.projects(), 1, ports())
    const agent = plannedAgent(role, ids, {
      slug: project.slug,
      directory: project.directory,
      kind: project.agents[0]!.kind,
      portBlock: portBlock!,
      oauthPort: await this.#oauthPort(project),
      now: clock.now(),
    })
    return recorder.change(projectId, (before, now) => {
      const evidence: Evidence = evidenceOf(by, `added to the team by ${nameOf(by)}`, now)
      const checkIn = ownCheckIn(ids.next('s'), agent.id, role.checkInMinutes, now + role.checkInMinutes * MINUTE_MS)
      const joined = {...before, agents: [...before.agents, {...agent, evidence}], checkIns: [...before.checkIns, checkIn]}
      return sequence(
        joined,
        (current) => ({project: current, events: [{type: 'agent.state', agent: agent.id, data: {from: null, to: 'planned', evidence}}]}),
        ...this.#welcomes(before, role, now),
      )
    })
  }

  /** A role that left plays on: its ports, its conversation and its branch are its own for life. */
  #takeBack(projectId: string, former: Agent, role: PlanRole, by: Actor): Promise<Project> {
    const {recorder, ids} = this.#options
    return recorder.change(projectId, (before, now) => {
      const known: {-readonly [K in keyof Agent]: Agent[K]} = {...findAgent(before, former.id)!}
      delete known.left
      const moved = moveAgent(
        {...known, owes: role.owes, restarts: 0},
        'planned',
        evidenceOf(by, `added to the team by ${nameOf(by)}`, now),
      )
      const checkIn = ownCheckIn(ids.next('s'), known.id, role.checkInMinutes, now + role.checkInMinutes * MINUTE_MS)
      return sequence(
        {...withAgent(before, moved.agent), checkIns: [...before.checkIns, checkIn]},
        (current) => ({project: current, events: moved.events}),
        ...this.#welcomes(before, role, now),
      )
    })
  }

  #welcomes({agents}: Project, role: PlanRole, now: number) {
    const mates = agents.filter(({role: key, state}) => key !== role.key && isAlive(state))
    return mates.map(
      ({id}) =>
        (current: Project) =>
          accept(current, newMessage(this.#options.ids.next('m'), welcome(id, role), now)),
    )
  }

  /** Of the pool its team was spread over. */
  async #oauthPort(project: Project): Promise<number> {
    const {store, files} = this.#options
    const pool = oauthPool(project.options.oauth, await projectEnvironment(files, project))
    return spread(store.projects(), pool, 1)[0]!
  }

  /** Briefings are written from the plan; the record follows it, so a crash in between leaves a role in the plan that nobody plays. */
  async #writeIntoPlan(project: Project, role: PlanRole): Promise<void> {
    const path = join(project.directory, 'plan.json')
    const plan = JSON.parse((await this.#options.files.readText(path)) ?? 'null') as Plan | null
    if (!plan) throw new OrchError('ORCH_PLAN_INVALID', {source: path, problems: ['there is no such file']})
    const roles = [...plan.team.roles.filter(({key}) => key !== role.key), role]
    await this.#options.files.writePrivate(path, `${JSON.stringify({...plan, team: {...plan.team, roles}}, null, 2)}\n`)
  }
}

/** Its agents are started when they have ended. */
function startsAgents({state}: Project): boolean {
  return state === 'running' || state === 'starting' || state === 'waiting-port'
}

function requireStarting(project: Project, {role}: Agent): void {
  if (!startsAgents(project)) throw clash(role, whyNot(project), wayBack(project))
}

function whyNot(project: Project | undefined): string {
  const reason = project?.reason ? `: ${project.reason}` : ''
  return `the project is ${project?.state ?? 'finished'}${reason}`
}

/** What leads to a state in which agents are started. */
function wayBack({id, state}: Project): string {
  if (state === 'verifying' || state === 'merging') return `The work is being checked: orch status ${id} --watch`
  if (state === 'completed') return 'Start a new one: orch run SPEC'
  return `Take it up, which starts what has ended: orch resume ${id}`
}

/** No one has approved grants of a role that was not in the plan. */
function withoutGrants(role: PlanRole): PlanRole {
  const plain: {-readonly [K in keyof PlanRole]: PlanRole[K]} = {...role}
  delete plain.grants
  delete plain.childProjects
  return plain
}

function requireOnTeam({id}: Project, {role, left}: Agent): void {
  if (left) throw clash(role, `${left.by} removed it from the team`, `Add it again first: orch agent add ${id} ${role}`)
}

function requireSettled(project: Project, agent: Agent): void {
  if (isFinished(project.state)) throw clash(agent.role, whyNot(project), wayBack(project))
  const isBeingStarted = agent.state === 'waiting-port' || agent.state === 'starting' || agent.state === 'planned'
  if (isBeingStarted) throw clash(agent.role, 'it is being started', 'Wait until it is ready: orch status --watch')
}

function clash(role: string, why: string, remedy: string): OrchError {
  return new OrchError('ORCH_CLASH', {what: `The agent ${role}`, why, remedy})
}

function welcome(to: string, {key, title}: PlanRole) {
  return {
    from: 'orch',
    sender: 'orch',
    to,
    kind: 'system',
    text: `${title} has joined the team. Write to it with: orch send ${key} "…"`,
  } as const
}
