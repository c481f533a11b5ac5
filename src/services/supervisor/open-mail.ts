import {isAlive} from '../../domain/agent-states.js'
import type {Project} from '../../domain/model/project.js'
import type {Store} from '../../domain/ports/store.js'
import type {AgentEvents} from '../agents/agent-events.js'
import type {MessageDelivery} from '../messages/delivery.js'
import type {DeliveryRecovery} from '../messages/recover-deliveries.js'

interface OpenMailOptions {
  readonly store: Store
  readonly watch: Pick<AgentEvents, 'readTranscripts'>
  readonly offers: Pick<DeliveryRecovery, 'tick'>
  readonly post: Pick<MessageDelivery, 'deliver'>
  /** Work that is not waited for. */
  readonly begin: (what: string, work: () => Promise<unknown>) => void
}

/** Looks for receipts of messages that are on their way, and delivers those that were held. */
export class OpenMail {
  readonly #options: OpenMailOptions

  constructor(options: OpenMailOptions) {
    this.#options = options
  }

  /** Whether a message is on its way to an agent that lives. */
  hasAny(): boolean {
    return this.#options.store.projects().some(hasOpenMail)
  }

  /** Each project for itself: a slow one holds up no receipt of another. */
  async tick(): Promise<void> {
    const projects = this.#options.store.projects().filter(hasOpenMail)
    const ends = await Promise.allSettled(projects.map(({id}) => this.#lookAfter(id)))
    const failures = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []))
    if (failures.length > 0) throw failures.length === 1 ? failures[0] : new AggregateError(failures)
  }

  async #lookAfter(projectId: string): Promise<void> {
    const {watch, offers, post, store, begin} = this.#options
    await watch.readTranscripts(projectId)
    const project = store.project(projectId)
    if (project) await offers.tick(project)
    // A delivery may wait for a receipt, which the next look finds.
    begin('a delivery', () => post.deliver(projectId))
  }
}

function hasOpenMail({messages, agents}: Project): boolean {
  const living = new Set(agents.filter(({state}) => isAlive(state)).map(({id}) => id))
  return messages.some(({state, to}) => living.has(to) && ['accepted', 'offered', 'submitted'].includes(state))
}
