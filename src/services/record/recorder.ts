import type {AgentState, Clock, Evidence, Logger, MessageState, ProjectState} from '@orch/plugin-kit'
import type {HookBus} from '@orch/plugin-kit/host'
import type {Change} from '../../domain/change.js'
import type {DomainEvent, EventLog, LoggedEvent} from '../../domain/event.js'
import type {Store} from '../../domain/ports/store.js'
import type {ChangeFeed} from './change-feed.js'
import type {Archive} from '../../domain/ports/message-archive.js'
import type {Project} from '../../domain/model/project.js'

interface RecorderOptions {
  readonly store: Store
  readonly log: EventLog
  readonly feed: ChangeFeed
  readonly bus: HookBus
  /** Keeps accepted messages beside the record: one damaged file must not take a message that was confirmed to its sender. */
  readonly archive: Pick<Archive, 'append'>
  readonly clock: Clock
  readonly logger: Logger
}

/** The one way state changes: commit first, then the event log, the feed and the notifying hooks. */
export class Recorder {
  readonly #options: RecorderOptions

  constructor(options: RecorderOptions) {
    this.#options = options
  }

  async create(project: Project): Promise<void> {
    await this.#options.store.create(project)
    this.#tell(project, [{type: 'project.state', agent: null, data: {from: null, to: project.state, evidence: project.evidence}}])
  }

  /**
   * @param change pure; what it returns is durable when the promise resolves
   * @throws what `change` throws, ORCH_STORE_WRITE; nothing has changed then
   */
  async change(id: string, change: (project: Project, now: number) => Change): Promise<Project> {
    let events: readonly DomainEvent[] = []
    const project = await this.#options.store.update(id, (before) => {
      const after = change(before, this.#options.clock.now())
      events = after.events
      return after.project
    })
    this.#tell(project, events)
    await this.#keepAccepted(project, events)
    return project
  }

  /** Adds to the event log what changes no record. */
  note(project: Project, event: DomainEvent): void {
    this.#tell(project, [event])
  }

  async #keepAccepted(project: Project, events: readonly DomainEvent[]): Promise<void> {
    const accepted = new Set(events.flatMap(({type, data}) => (type === 'message.state' && data['from'] === null ? [data['id']] : [])))
    if (accepted.size === 0) return
    const {archive, logger} = this.#options
    await archive
      .append(
        project.id,
        project.messages.filter(({id}) => accepted.has(id)),
      )
      // The record has them; what is missing is the second copy.
      .catch((error: unknown) => logger.warn('accepted messages are in the record alone', {project: project.id, error}))
  }

  #tell(project: Project, events: readonly DomainEvent[]): void {
    const {clock, feed, log, logger} = this.#options
    const logged: LoggedEvent[] = events.map((event) => ({at: clock.now(), project: project.id, revision: project.revision, ...event}))
    feed.publish({project, events: logged})
    if (logged.length === 0) return
    // The log follows the commit and is never read back as truth, so nobody waits for it.
    log
      .append(project.id, logged)
      .catch((error: unknown) => logger.error('the event log cannot be written now', {project: project.id, error}))
    for (const event of logged) void this.#notify(project, event)
  }

  async #notify(project: Project, {type, agent, data, at}: LoggedEvent): Promise<void> {
    const {bus} = this.#options
    const evidence = (data['evidence'] as Evidence | undefined) ?? {source: 'orch', what: String(data['to']), at}
    const change = {project: project.id, evidence}
    if (type === 'project.state') {
      await bus.emit('projectStateChanged', {...change, id: project.id, from: data['from'] as ProjectState, to: data['to'] as ProjectState})
    } else if (type === 'agent.state' && agent) {
      const role = project.agents.find(({id}) => id === agent)?.role ?? ''
      await bus.emit('agentStateChanged', {...change, id: agent, role, from: data['from'] as AgentState, to: data['to'] as AgentState})
    } else if (type === 'message.state') {
      await bus.emit('messageStateChanged', {
        ...change,
        id: String(data['id']),
        from: data['from'] as MessageState,
        to: data['to'] as MessageState,
      })
    }
  }
}
