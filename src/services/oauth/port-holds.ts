import type {Logger, Wait} from '@orch/plugin-kit'
import {isAlive} from '../../domain/agent-states.js'
import {moveAgent} from '../../domain/agent.js'
import {unchanged, type Change} from '../../domain/change.js'
import {findAgent, moveProject, withAgent} from '../../domain/project.js'
import type {Store} from '../../domain/ports/store.js'
import type {Recorder} from '../record/recorder.js'
import type {Hold} from './gate-request.js'
import type {Project} from '../../domain/model/project.js'

interface PortHoldsOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly logger: Logger
}

/** Milliseconds within which a wait is for the next look. */
const LOOK_AGAIN_MS = 1_000

/** Puts on record what starts wait for: the agent its port and holder, the project that it stands still, a person that they are needed. */
export class PortHolds {
  readonly #options: PortHoldsOptions

  constructor(options: PortHoldsOptions) {
    this.#options = options
  }

  /** Never rejects: a wait that cannot be recorded is still a wait. @param wait null: it is over */
  async record(projectId: string, agentId: string, wait: Wait | null, hold: Hold | null): Promise<void> {
    const known = this.#options.store.project(projectId)
    const waitedFor = known && findAgent(known, agentId)?.waitingFor
    if (!wait && known?.state !== 'waiting-port' && !waitedFor) return
    try {
      await this.#options.recorder.change(projectId, (project, now) => {
        const before = findAgent(project, agentId)
        // A start that broke off meanwhile waits for nothing.
        if (!before || (before.state !== 'waiting-port' && before.state !== 'starting')) return unchanged(project)
        const waitingFor = wait && {
          what: 'port' as const,
          until: knownEnd(wait, now),
          holder: wait.holder,
          ...(hold?.needsYou ? {needsYouSince: hold.since} : {}),
        }
        const evidence = wait ? {source: 'orch' as const, what: wait.why, at: now} : before.evidence
        const {agent} = moveAgent(before, before.state, evidence, {waitingFor})
        const changed = withAgent(project, agent)
        if (wait === null) return goOn(changed, agentId, now)
        // One that waits for the start of another says nothing of the port: the project is moved by the start that has the lease.
        return hold ? standStill(changed, now) : {project: changed, events: []}
      })
    } catch (error) {
      this.#options.logger.warn('a wait for a port cannot be recorded', {agent: agentId, error})
    }
  }
}

/** The floor after a kill has an end; a port in use and the start of another are only looked at again, and nobody can say for how long. */
function knownEnd({notBefore}: Wait, now: number): number | null {
  return notBefore - now > LOOK_AGAIN_MS ? notBefore : null
}

/** Held beyond its budget: the project waits for the port when none of its agents runs. */
function standStill(project: Project, now: number): Change {
  if ((project.state !== 'starting' && project.state !== 'running') || project.agents.some(({state}) => isAlive(state)))
    return unchanged(project)
  const evidence = {source: 'orch', what: 'no agent runs, and none can start on its port', at: now} as const
  return moveProject(project, 'waiting-port', evidence, {resumeTo: project.state})
}

/** The port is clear: the project goes on where it stood, unless another of its starts is still held. */
function goOn(project: Project, agentId: string, now: number): Change {
  if (project.state !== 'waiting-port') return unchanged(project)
  const evidence = {source: 'orch', what: `${findAgent(project, agentId)!.role} can start`, at: now} as const
  return moveProject(project, project.resumeTo ?? 'starting', evidence, {resumeTo: null})
}
