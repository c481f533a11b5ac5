import type {Clock, Ids} from '@orch/plugin-kit'
import {isPastStart} from '../../domain/agent-states.js'
import {healthOf} from '../../domain/health.js'
import {accept} from '../../domain/mailbox.js'
import {newMessage} from '../../domain/message.js'
import {findAgent, withAgent} from '../../domain/project.js'
import type {Store} from '../../domain/ports/store.js'
import type {Briefings} from './write.js'
import type {Recorder} from '../record/recorder.js'
import {notesPath} from '../record/agent-files.js'
import type {Project} from '../../domain/model/project.js'
import type {HealthSettings} from '../../domain/model/health-settings.js'
import type {Agent, AgentContext} from '../../domain/model/agent.js'

interface ContextCareOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly briefings: Pick<Briefings, 'write'>
  readonly clock: Clock
  readonly ids: Ids
}

/** Percent of a context below which it was emptied. */
const ROOM_PERCENT = 50

/** Keeps agents in the picture: says who they are again after a compaction or a clear, and asks for notes before the context is full. */
export class ContextCare {
  readonly #options: ContextCareOptions

  constructor(options: ContextCareOptions) {
    this.#options = options
  }

  async lookAfter(projectId: string): Promise<void> {
    const project = this.#options.store.project(projectId)
    if (!project || project.state === 'paused') return
    for (const agent of project.agents.filter(({state}) => isPastStart(state))) {
      if (agent.context?.lostContext) await this.rebrief(project, agent, reasonOf(agent.context.lostContext))
      else if (isRunningLow(agent, healthOf(project))) await this.#warn(project.id, agent)
      else if (agent.context?.warned && hasRoom(agent)) await this.#forgetWarning(project.id, agent.id)
    }
  }

  /** Tells an agent again who it is. @param why one sentence for it to read @returns the id of the message */
  async rebrief(project: Project, agent: Agent, why: string): Promise<string> {
    const path = await this.#options.briefings.write(project, agent, [], 'rebrief')
    const text = `${why} Read ${path} and your notes in ${notesPath(agent.directory)}, if there are any; then continue.`
    return this.#tell(project.id, agent.id, text, ({lostContext: _sent, ...context}) => context)
  }

  async #warn(projectId: string, agent: Agent): Promise<void> {
    const text =
      `Your context is running low (${agent.usage?.contextPercent} % used). Write your notes into ${notesPath(agent.directory)} now: ` +
      'what is done, what is next, what you decided and why. Then continue; after a compaction you start from them.'
    await this.#tell(projectId, agent.id, text, (context) => ({...context, warned: true}))
  }

  async #forgetWarning(projectId: string, agentId: string): Promise<void> {
    await this.#options.recorder.change(projectId, (project) => {
      const agent = findAgent(project, agentId)!
      return {project: withAgent(project, {...agent, context: {...agent.context, warned: false}}), events: []}
    })
  }

  /** The message and the note that it was sent are one change. */
  async #tell(projectId: string, agentId: string, text: string, settle: (context: AgentContext) => AgentContext): Promise<string> {
    const {recorder, ids} = this.#options
    const id = ids.next('m')
    await recorder.change(projectId, (project, now) => {
      const agent = findAgent(project, agentId)!
      const settled = withAgent(project, {...agent, context: settle(agent.context ?? {})})
      return accept(settled, newMessage(id, {from: 'orch', sender: 'orch', to: agentId, kind: 'system', text}, now))
    })
    return id
  }
}

function isRunningLow({context, usage}: Agent, {contextWarnPercent}: HealthSettings): boolean {
  return !context?.warned && (usage?.contextPercent ?? 0) >= contextWarnPercent
}

/** It was compacted, and nobody told of it: another warning is due when it fills up again. */
function hasRoom({usage}: Agent): boolean {
  return usage !== undefined && (usage.contextPercent ?? 100) < ROOM_PERCENT
}

function reasonOf(how: 'compact' | 'clear'): string {
  return how === 'compact' ? 'Your context was compacted.' : 'Your conversation was cleared.'
}
