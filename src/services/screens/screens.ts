import type {AgentDriver, Logger, ScreenReading, Terminal} from '@orch/plugin-kit'
import type {Agent} from '../../domain/model/agent.js'

/** What an agent's pane shows. `unreadable`: the look failed, which proves nothing about the agent. */
export type Screen = ScreenReading | 'unreadable'

interface ScreensOptions {
  readonly terminal: Pick<Terminal, 'capture'>
  readonly drivers: ReadonlyMap<string, AgentDriver>
  readonly logger: Logger
}

/** Reads panes as the drivers of their agents understand them. */
export class Screens {
  readonly #options: ScreensOptions

  constructor(options: ScreensOptions) {
    this.#options = options
  }

  /** Looks now. Never rejects. */
  async read({id, kind, pane}: Agent): Promise<Screen> {
    const {terminal, drivers, logger} = this.#options
    const driver = drivers.get(kind)
    if (!driver || !pane) return 'unreadable'
    try {
      return driver.readScreen(await terminal.capture(pane))
    } catch (error) {
      logger.warn('an agent cannot be looked at', {agent: id, error})
      return 'unreadable'
    }
  }
}
