import {existsSync} from 'node:fs'
import {whyOfAgents, whyOrphan, type ProcessClaim, type Sighting} from '../domain/lineage.js'
import {holdsCall} from './held-call.js'
import type {Lineages} from './lineages.js'

interface CallerCheckOptions {
  readonly lineages: Lineages
  /** Processes of the agents at work. */
  readonly agents: () => readonly number[]
}

/** Finds out whether a call without an agent's token comes from outside of agents. */
export class CallerCheck {
  readonly #options: CallerCheckOptions

  constructor(options: CallerCheckOptions) {
    this.#options = options
  }

  /**
   * @param claim which process makes the call, as the client says; null: it does not say
   * @returns why the call is refused; null when it is not. Where there is no /proc nothing can be shown, and nothing is refused.
   */
  async whyNot(claim: ProcessClaim | null, need: 'no-agent' | 'terminal'): Promise<string | null> {
    if (!existsSync('/proc/self/stat')) return null
    if (claim === null || !(await holdsCall(claim))) return 'nothing shows which process makes it'
    const {lineages} = this.#options
    if (need === 'terminal' && !(await lineages.hasTerminal(claim.pid))) return 'it was not made at a terminal'
    const sighting = await this.#sighting(claim.pid, need)
    return whyOfAgents(sighting) ?? (need === 'terminal' ? whyOrphan(sighting) : null)
  }

  async #sighting(pid: number, need: 'no-agent' | 'terminal'): Promise<Sighting> {
    const {lineages, agents} = this.#options
    const self = {supervisor: process.pid, uid: process.getuid?.() ?? 0}
    // What only has to come from outside of agents comes often: every process is looked at for the rest alone.
    if (need === 'no-agent') return {caller: await lineages.of(pid), around: [await lineages.leader(pid)], agents: [], ...self}
    const [caller, around] = await Promise.all([lineages.of(pid), lineages.around(pid)])
    return {caller, around, agents: await Promise.all(agents().map((each) => lineages.of(each))), ...self}
  }
}
