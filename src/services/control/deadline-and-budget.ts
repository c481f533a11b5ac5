import type {Clock, Logger} from '@orch/plugin-kit'
import {isOverBudget, spendingOf} from '../../domain/budget.js'
import {isFinished} from '../../domain/project-states.js'
import type {Store} from '../../domain/ports/store.js'
import type {ProjectControl} from './project-control.js'
import type {AgentStopper} from '../agents/stop-agent.js'
import type {Project} from '../../domain/model/project.js'

interface BoundsOptions {
  readonly store: Store
  readonly control: ProjectControl
  readonly terminator: AgentStopper
  readonly clock: Clock
  readonly logger: Logger
}

/** Holds projects to what a person set for them: a deadline, and money. Both stand in the record, so they outlive the supervisor. */
export class DeadlineAndBudget {
  readonly #options: BoundsOptions
  /** Ending a team takes seconds; it is begun once. */
  readonly #acting = new Set<string>()

  constructor(options: BoundsOptions) {
    this.#options = options
  }

  /** Looks at every project once. Resolves when what had to be done is done. */
  async tick(): Promise<void> {
    const now = this.#options.clock.now()
    await Promise.all(this.#options.store.projects().map((project) => this.#hold(project, now)))
  }

  async #hold(project: Project, now: number): Promise<void> {
    if (isFinished(project.state) || this.#acting.has(project.id)) return
    const {deadlineAt} = project.options
    const isLate = typeof deadlineAt === 'number' && now >= deadlineAt
    if (!isLate && (project.state === 'blocked' || !isOverBudget(project))) return
    this.#acting.add(project.id)
    try {
      await (isLate ? this.#expire(project, deadlineAt) : this.#halt(project))
    } catch (error) {
      this.#options.logger.error('a project could not be held to its bounds', {project: project.id, error})
    } finally {
      this.#acting.delete(project.id)
    }
  }

  #expire({id, state}: Project, deadlineAt: number): Promise<unknown> {
    return this.#options.control.expire(id, `its deadline (${new Date(deadlineAt).toISOString()}) passed while it was ${state}`)
  }

  /** Agents that went on would spend on; they are taken up where they were when a person resumes. */
  async #halt(project: Project): Promise<void> {
    const {usd, unknown} = spendingOf(project)
    const more = unknown.length > 0 ? `; what ${unknown.join(', ')} cost is not known and comes on top` : ''
    const budget = project.options.budget!
    const reason = `the budget of $${budget.allowedUsd.toFixed(2)} is used up ($${usd.toFixed(2)} spent${more}); \`orch resume\` allows $${budget.usd.toFixed(2)} more`
    const blocked = await this.#options.control.block(project.id, reason)
    await this.#options.terminator.stopAll(blocked, 'the budget is used up')
  }
}
