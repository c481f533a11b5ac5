import {hasCode, messageOf, type Caller, type Logger} from '@orch/plugin-kit'
import type {AgentEvents} from '../agents/agent-events.js'

/** A hook's report that found no supervisor. */
interface SpooledReport {
  readonly project: string
  readonly agent: string
  readonly run: string
  readonly token: string
  readonly event: string
  readonly payload: Readonly<Record<string, unknown>>
}

interface SpooledReportsOptions {
  readonly spool: {drain(take: (report: SpooledReport) => Promise<void>): Promise<number>}
  /** @throws ORCH_UNAUTHORISED */
  readonly identify: (claim: Pick<SpooledReport, 'project' | 'agent' | 'token'>) => Caller
  readonly watch: Pick<AgentEvents, 'onReport'>
  readonly logger: Logger
}

/** Takes up what hooks reported while no supervisor ran. */
export class SpooledReports {
  readonly #options: SpooledReportsOptions

  constructor(options: SpooledReportsOptions) {
    this.#options = options
  }

  /** @throws ORCH_STORE_WRITE when a report cannot be recorded now: it stays in the spool, with those behind it */
  async tick(): Promise<void> {
    const count = await this.#options.spool.drain((report) => this.#take(report))
    if (count > 0) this.#options.logger.info('reports were spooled while no supervisor ran', {count})
  }

  async #take({project, agent, run, token, event, payload}: SpooledReport): Promise<void> {
    const {identify, watch, logger} = this.#options
    try {
      identify({project, agent, token})
      await watch.onReport(project, agent, run, {event, payload})
    } catch (error) {
      if (hasCode(error, 'ORCH_STORE_WRITE')) throw error
      logger.warn('a spooled report was refused', {agent, event, why: messageOf(error)})
    }
  }
}
