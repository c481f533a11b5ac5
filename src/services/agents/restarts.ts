import type {Ids} from '@orch/plugin-kit'
import {BY_ORCH, evidenceOf} from '../../domain/actor.js'
import {isAlive} from '../../domain/agent-states.js'
import {unchanged} from '../../domain/change.js'
import {findAgent} from '../../domain/project.js'
import {intendRestart, type RestartIntent} from '../../domain/restarts.js'
import type {Recorder} from '../record/recorder.js'
import type {AgentStopper} from './stop-agent.js'
import type {Project} from '../../domain/model/project.js'
import type {Agent} from '../../domain/model/agent.js'
import {agentChange} from '../../domain/agent-change.js'

interface RestartsOptions {
  readonly recorder: Recorder
  readonly terminator: Pick<AgentStopper, 'stop'>
  readonly ids: Ids
}

/**
 * Starts living agents again. The intent is on record before the agent is stopped, so that a supervisor that dies in between leaves no agent behind
 * that was stopped and never started.
 */
export class Restarts {
  readonly #options: RestartsOptions
  readonly #underWay = new Map<string, Promise<void>>()

  constructor(options: RestartsOptions) {
    this.#options = options
  }

  /** Ends the agent's run and hands it to the runner, which starts it again. */
  async restart(projectId: string, agentId: string, intent: RestartIntent): Promise<void> {
    await this.#options.recorder.change(projectId, (project) => intendRestart(project, agentId, intent))
    await this.#carryOut(projectId, agentId)
  }

  /** Carries out what is on record and under way nowhere. */
  async takeUp({id, agents}: Project): Promise<void> {
    await Promise.all(agents.filter(({context}) => context?.restart).map((agent) => this.#carryOut(id, agent.id)))
  }

  #carryOut(projectId: string, agentId: string): Promise<void> {
    const running = this.#underWay.get(agentId)
    if (running) return running
    const work = this.#stopAndHandOver(projectId, agentId).finally(() => this.#underWay.delete(agentId))
    this.#underWay.set(agentId, work)
    return work
  }

  async #stopAndHandOver(projectId: string, agentId: string): Promise<void> {
    const {recorder, terminator, ids} = this.#options
    await terminator.stop(projectId, agentId, 'it is to be started again')
    const conversation = ids.uuid()
    await recorder.change(projectId, (project, now) => {
      const agent = findAgent(project, agentId)!
      const intent = agent.context?.restart
      if (!intent || isAlive(agent.state)) return unchanged(project)
      const context = {...agent.context}
      delete context.restart
      const next: Partial<Agent> = intent.fresh
        ? {conversation, hasConversation: false, transcript: null, context: {healthRestarts: context.healthRestarts ?? 0, handedOver: true}}
        : {context}
      // The runner starts what is planned.
      return agentChange(project, agent.id, 'planned', evidenceOf(intent.by ?? BY_ORCH, intent.why, now), {
        ...next,
        waitingFor: null,
        restarts: 0,
      })
    })
  }
}
