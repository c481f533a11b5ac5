import type {AgentSignal, Terminal} from '@orch/plugin-kit'
import {isOrchs} from '../../domain/foreign-prompt.js'
import type {Store} from '../../domain/ports/store.js'
import type {Recorder} from '../record/recorder.js'
import type {Agent} from '../../domain/model/agent.js'

interface ForeignPromptsOptions {
  readonly store: Pick<Store, 'project'>
  readonly recorder: Pick<Recorder, 'note'>
  readonly terminal: Pick<Terminal, 'lastClientActivity'>
}

/** Of a prompt's text, for the event log. */
const SHOWN_CHARS = 200

/** Records prompts that neither orch nor a person gave: another session's, or one of a schedule of the agent's own. */
export class ForeignPrompts {
  readonly #options: ForeignPromptsOptions

  constructor(options: ForeignPromptsOptions) {
    this.#options = options
  }

  /** @param signals of one report, before they are applied */
  async note(projectId: string, agent: Agent, signals: readonly AgentSignal[]): Promise<void> {
    const {store, recorder, terminal} = this.#options
    const project = store.project(projectId)
    const prompt = signals.find((signal) => signal.kind === 'submitted')
    if (!project || !prompt || prompt.from === 'itself' || isOrchs(project, agent, prompt.text)) return
    // Who says where it comes from is believed; without that, a person at its window may have typed it.
    const hasPerson = prompt.from === undefined && agent.window !== null && (await terminal.lastClientActivity(agent.window)) !== null
    if (hasPerson) return
    const from = prompt.from ?? (agent.wakes?.length ? 'its own schedule' : 'elsewhere')
    recorder.note(project, {type: 'prompt', agent: agent.id, data: {from, text: prompt.text.slice(0, SHOWN_CHARS)}})
  }
}
