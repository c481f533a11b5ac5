import {
  OrchError,
  type AgentView,
  type MessageView,
  type ProjectChange,
  type Projects,
  type ProjectView,
  type Settings,
} from '@orch/plugin-kit'
import {ChangeStreams} from '@orch/plugin-kit/host'
import {agentView, eventView, messageView, projectView} from '../../domain/plugin-view.js'
import {findAgent} from '../../domain/project.js'
import {isFinished} from '../../domain/project-states.js'
import type {LoggedEvent} from '../../domain/event.js'
import type {Store} from '../../domain/ports/store.js'
import type {Project} from '../../domain/model/project.js'

interface Opened {
  readonly store: Pick<Store, 'projects' | 'project' | 'load'>
  readonly feed: {subscribe(listener: (item: {readonly project: Project; readonly events: readonly LoggedEvent[]}) => void): unknown}
  /** The sections of plugins as a project has them. */
  readonly settingsOf: (project: Project) => Readonly<Record<string, Settings>>
}

/** `ports.projects`: handed to plugins before the records are opened, and filled when they are. */
export class ProjectViews implements Projects {
  readonly #streams = new ChangeStreams()
  readonly #views = new WeakMap<Project, ProjectView>()
  readonly #closing = new AbortController()
  #opened: Opened | null = null

  open(opened: Opened): void {
    this.#opened = opened
    opened.feed.subscribe(({project, events}) => {
      if (this.#streams.isRead) this.#streams.publish({project: this.viewOf(project), events: events.map(eventView)})
    })
  }

  /** Ends every stream of changes. */
  close(): void {
    this.#closing.abort(new Error('the supervisor stops'))
  }

  list(): readonly ProjectView[] {
    return this.#records
      .projects()
      .filter(({state}) => !isFinished(state))
      .map((project) => this.viewOf(project))
  }

  get(id: string): ProjectView | undefined {
    const project = this.#unfinished(id)
    return project && this.viewOf(project)
  }

  async load(id: string): Promise<ProjectView | undefined> {
    const project = await this.#records.load(id)
    return project && this.viewOf(project)
  }

  agent(project: string, agent: string): AgentView | undefined {
    const record = this.#unfinished(project)
    const found = record && findAgent(record, agent)
    return found && agentView(project, found)
  }

  message(project: string, message: string): MessageView | undefined {
    const found = this.#unfinished(project)?.messages.find(({id}) => id === message)
    return found && messageView(project, found)
  }

  changes(signal: AbortSignal): AsyncIterable<ProjectChange> {
    return this.#streams.open(AbortSignal.any([signal, this.#closing.signal]))
  }

  /** One view a state of the record, whoever asks. */
  viewOf(project: Project): ProjectView {
    const view = this.#views.get(project) ?? projectView(project, this.#require().settingsOf(project))
    this.#views.set(project, view)
    return view
  }

  #unfinished(id: string): Project | undefined {
    const project = this.#records.project(id)
    return project && !isFinished(project.state) ? project : undefined
  }

  get #records(): Opened['store'] {
    return this.#require().store
  }

  #require(): Opened {
    if (!this.#opened) throw new OrchError('ORCH_INTERNAL', {what: 'projects were read before orch had opened its records'})
    return this.#opened
  }
}
