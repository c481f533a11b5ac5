import {setTimeout as sleep} from 'node:timers/promises'
import type {Receipt} from '../../../src/view/send-request.js'
import type {Journal} from './journal.js'
import type {Playground} from './playground.js'
import type {Random} from './random.js'

/** A message a person sent with `--wait`. */
export interface Sent {
  readonly project: string
  readonly role: string
  /** Occurs in no other message. */
  readonly token: string
  /** Id of the message; null when the command could not say whether it was accepted. */
  readonly id: string | null
  readonly state: string | null
  /** The command said that the agent has it. */
  readonly hasReceipt: boolean
}

const ROLES = ['developer', 'orchestrator', 'tester']
/** Exit codes that `orch send --wait` may end with: docs/operations.md. */
const EXPECTED_CODES = [0, 1, 3, 4, 69, 75]

/** A person who writes to agents and waits for the receipt. */
export class Correspondent {
  readonly sent: Sent[] = []
  readonly #playground: Playground
  readonly #journal: Journal
  readonly #random: Random

  constructor(playground: Playground, journal: Journal, random: Random) {
    this.#playground = playground
    this.#journal = journal
    this.#random = random
  }

  async write(project: string, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      await sleep(this.#random.between(800, 3_000))
      if (!isOver()) await this.#send(project)
    }
  }

  async #send(project: string): Promise<void> {
    const role = this.#random.pick(ROLES)
    const token = `token-${this.sent.length + 1}-of-the-person`
    const {code, data, error} = await this.#playground.sandbox.json<Receipt>([
      ...['send', `${project}:${role}`, `This is ${token}.`],
      ...['--wait', '--timeout', '60s'],
    ])
    this.#journal.count(`orch send --wait: ${code === 0 ? 'acknowledged' : (error?.code ?? data?.state ?? `exit ${code}`)}`)
    if (code === null || !EXPECTED_CODES.includes(code) || error?.code === 'ORCH_INTERNAL')
      this.#journal.violation(`orch send --wait ended with ${code}: ${JSON.stringify(error)}`)
    this.sent.push({project, role, token, id: data?.id ?? null, state: data?.state ?? null, hasReceipt: code === 0})
  }
}
