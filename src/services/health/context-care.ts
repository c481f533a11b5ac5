import {join} from 'node:path'
import type {Clock, Ids} from '@orch/plugin-kit'
import {isPastStart} from '../../domain/agent-states.js'
import type {Agent, Care} from '../../domain/agent.js'
import {HEALTH_DEFAULTS, type HealthSettings} from '../../domain/health.js'
import {accept} from '../../domain/mailbox.js'
import {newMessage} from '../../domain/message.js'
import {findAgent, withAgent, type Project} from '../../domain/project.js'
import type {Store} from '../../domain/store.js'
import type {Briefings} from '../briefings.js'
import type {Recorder} from '../recorder.js'

interface ContextCareOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly briefings: Pick<Briefings, 'write'>
  readonly clock: Clock
  readonly ids: Ids
}

/** An agent's own notes: what a conversation that lost its context, or the one after it, starts from. */
export function notesPath(agentDirectory: string): string {
  return join(agentDirectory, 'notes.md')
}

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
      if (agent.care?.lostContext) await this.rebrief(project, agent, reasonOf(agent.care.lostContext))
      else if (isRunningLow(agent, project.options.health ?? HEALTH_DEFAULTS)) await this.#warn(project.id, agent)
    }
  }

  /** Tells an agent again who it is. @param why one sentence for it to read @returns the id of the message */
  async rebrief(project: Project, agent: Agent, why: string): Promise<string> {
    const path = await this.#options.briefings.write(project, agent, [], 'rebrief')
    const text = `${why} Read ${path} and your notes in ${notesPath(agent.directory)}, if there are any; then go on.`
    return this.#tell(project.id, agent.id, text, ({lostContext: _sent, ...care}) => care)
  }

  async #warn(projectId: string, agent: Agent): Promise<void> {
    const {contextTokens, contextLimit} = agent.care!
    const text =
      `Your context is running low (${contextTokens} tokens${contextLimit ? ` of ${contextLimit}` : ''}). Write your notes into ${notesPath(agent.directory)} now: ` +
      'what is done, what is next, what you decided and why. Then go on; after a compaction they are where you start.'
    await this.#tell(projectId, agent.id, text, (care) => ({...care, warned: true}))
  }

  /** The message and the note that it was sent are one change. */
  async #tell(projectId: string, agentId: string, text: string, settle: (care: Care) => Care): Promise<string> {
    const {recorder, ids} = this.#options
    const id = ids.next('m')
    await recorder.change(projectId, (project, now) => {
      const agent = findAgent(project, agentId)!
      const settled = withAgent(project, {...agent, care: settle(agent.care ?? {})})
      return accept(settled, newMessage(id, {from: 'orch', sender: 'orch', to: agentId, kind: 'system', text}, now))
    })
    return id
  }
}

function isRunningLow({care}: Agent, {contextTokens, contextWarnPercent}: HealthSettings): boolean {
  if (care?.contextTokens === undefined || care.warned) return false
  return care.contextTokens >= ((care.contextLimit ?? contextTokens) * contextWarnPercent) / 100
}

function reasonOf(how: 'compact' | 'clear'): string {
  return how === 'compact' ? 'Your context was compacted.' : 'Your conversation was cleared.'
}
