import type {AgentDriver, Clock, ScreenReading, Terminal} from '@orch/plugin-kit'
import {isAtRest} from '../../domain/agent-states.js'
import type {Message} from '../../domain/model/message.js'
import type {Agent} from '../../domain/model/agent.js'

interface ReadProbeOptions {
  readonly terminal: Pick<Terminal, 'typeText' | 'pressKeys' | 'lastClientActivity'>
  readonly drivers: ReadonlyMap<string, AgentDriver>
  readonly clock: Clock
}

/** Typed into an empty composer. Means nothing to any composer or dialog. */
const SIGN = '.'
/** A program that stood still finds several. */
const SIGNS = /\.+$/
/** Milliseconds after which a sign that never showed up is typed again: a dialog may have taken it. */
const AGAIN_MS = 15_000
/** Milliseconds since a person's last key in which nothing is typed. */
const PERSON_MS = 10_000

/**
 * Proves that an agent has read past a paste that shows nowhere: a program reads its terminal in order, so a sign typed later appears later. Claude Code may lose
 * what is pasted while a dialog comes up or goes away.
 */
export class ReadProbe {
  readonly #options: ReadProbeOptions
  /** When the last sign was typed, milliseconds on the monotonic clock, by message and run. */
  readonly #typedAt = new Map<string, number>()

  constructor(options: ReadProbeOptions) {
    this.#options = options
  }

  /** To be called at each look while the message shows nowhere. @returns whether the agent has read past it; the composer is empty again then */
  async hasReadPast(agent: Agent, message: Message, reading: Extract<ScreenReading, {draft: unknown}>): Promise<boolean> {
    const {terminal, drivers, clock} = this.#options
    const key = `${agent.run?.id} ${message.id}`
    if (await this.isLeft(agent, message, reading.draft)) {
      this.#typedAt.delete(key)
      await this.remove(agent)
      return true
    }
    if (!drivers.get(agent.kind)?.clearKeys || !isAtRest(agent.state) || reading.what !== 'composer' || reading.draft) return false
    if (clock.monotonic() - (this.#typedAt.get(key) ?? -Infinity) < AGAIN_MS) return false
    if (await hasPersonCome(terminal, agent, clock.now() - PERSON_MS)) return false
    this.#typedAt.set(key, clock.monotonic())
    await terminal.typeText(agent.pane!, SIGN)
    return false
  }

  /** Whether a draft is the sign, perhaps of a supervisor that died over it; of a person who came since it is theirs. */
  async isLeft(agent: Agent, {offeredAt, acceptedAt}: Message, draft: string | null): Promise<boolean> {
    return (
      draft !== null &&
      draft !== '' &&
      draft.replace(SIGNS, '') === '' &&
      !(await hasPersonCome(this.#options.terminal, agent, offeredAt ?? acceptedAt))
    )
  }

  async remove(agent: Agent): Promise<void> {
    const keys = this.#options.drivers.get(agent.kind)?.clearKeys
    if (keys) await this.#options.terminal.pressKeys(agent.pane!, keys)
  }

  /** A draft without signs at its end: the agent was slow, and both arrived. */
  withoutSign(draft: string | null): string | null {
    return draft && draft.replace(SIGNS, '')
  }
}

/** Whether a person has used the agent's window at this time, milliseconds UTC, or later. */
export async function hasPersonCome(terminal: Pick<Terminal, 'lastClientActivity'>, {window}: Agent, since: number): Promise<boolean> {
  const activity = window ? await terminal.lastClientActivity(window) : null
  return activity !== null && activity >= since
}
