import type {DomainEvent, EventLog, LoggedEvent} from '../../domain/event.js'
import type {Store} from '../../domain/ports/store.js'
import type {Recorder} from '../record/recorder.js'
import type {Project} from '../../domain/model/project.js'

interface LogKeeperOptions {
  readonly store: Store
  readonly recorder: Pick<Recorder, 'note'>
  readonly log: EventLog
}

/**
 * Mends the event log after a crash. The log follows the commit, so a supervisor that was killed between the two left states out of it; the record has
 * them. States that came and went in that moment cannot be known any more.
 */
export class EventLogRepair {
  readonly #options: LogKeeperOptions

  constructor(options: LogKeeperOptions) {
    this.#options = options
  }

  /** Before anything changes a record. */
  async mendAll(): Promise<void> {
    const {store, recorder, log} = this.#options
    for (const project of store.projects()) {
      for (const event of await missingIn(project, log.read(project.id))) recorder.note(project, event)
    }
  }
}

/** The states of the record that the log does not end with. */
async function missingIn(project: Project, log: AsyncIterable<LoggedEvent>): Promise<DomainEvent[]> {
  const last = new Map<string, unknown>()
  for await (const {type, agent, data} of log) {
    if (type === 'project.state') last.set(project.id, data['to'])
    if (type === 'agent.state') last.set(String(agent), data['to'])
    if (type === 'message.state') last.set(String(data['id']), data['to'])
  }
  const differs = (id: string, state: string, atFirst: string | null) => (last.get(id) ?? atFirst) !== state
  const data = (id: string, to: string) => ({from: last.get(id) ?? null, to, mended: true})
  return [
    ...(differs(project.id, project.state, null)
      ? [{type: 'project.state', agent: null, data: {...data(project.id, project.state), evidence: project.evidence}} as const]
      : []),
    ...project.agents
      .filter(({id, state}) => differs(id, state, 'planned'))
      .map(({id, state, evidence}) => ({type: 'agent.state', agent: id, data: {...data(id, state), evidence}}) as const),
    ...project.messages
      .filter(({id, state}) => differs(id, state, null))
      .map(({id, to, state, sender, kind}) => ({type: 'message.state', agent: to, data: {id, ...data(id, state), sender, kind}}) as const),
  ]
}
