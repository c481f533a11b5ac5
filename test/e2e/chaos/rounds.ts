import {setTimeout as sleep} from 'node:timers/promises'
import {checkProject} from './checks.js'
import type {Correspondent} from './correspondent.js'
import type {Journal} from './journal.js'
import type {Playground} from './playground.js'

interface RoundsOptions {
  readonly playground: Playground
  readonly journal: Journal
  readonly correspondent: Correspondent
  /** Milliseconds a project may take to its end, with all that is done to it. */
  readonly patienceMs: number
}

/** How long a project may want a person before one comes, milliseconds. */
const PERSON_MS = 3_000
/** How long one may ask for a person while it is not blocked. */
const LONG_PERSON_MS = 30_000

/** Projects over and over, one after the other, with a person who helps where orch asks for one. */
export class Rounds {
  readonly #options: RoundsOptions
  #round = 0

  constructor(options: RoundsOptions) {
    this.#options = options
  }

  async run(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const id = await this.#begin(isOver)
      if (id === null) return
      await this.#follow(id)
    }
  }

  /** Asks for a project until there is one: a start that a fault kept from being accepted is asked for again, as a person would. */
  async #begin(isOver: () => boolean): Promise<string | null> {
    const {playground, journal} = this.#options
    this.#round++
    const spec = playground.sandbox.write(`spec-${this.#round}.md`, `# Round ${this.#round}\n\nBuild one and two.\nThey are tested.\n`)
    const args = ['run', spec, '--project', playground.repository, '--agent', 'rehearsal', '--roles', 'developer,tester']
    for (;;) {
      const {code, stderr, data, error} = await playground.sandbox.json<{id?: string}>([
        ...args,
        ...['--accept', 'node accept.mjs', '--yes', '--detach'],
      ])
      const id = data?.id ?? playground.records('projects')[0]
      if (id !== undefined) {
        journal.count('projects begun')
        journal.note(`project ${id} begun (exit ${code})`)
        return id
      }
      journal.count(`starts refused: ${error?.code ?? `exit ${code}`}`)
      journal.note(`start refused: ${JSON.stringify(error ?? stderr)}`)
      if (isOver()) return null
      await sleep(1_000)
    }
  }

  /** To the end, with the mail of a person in between. */
  async #follow(id: string): Promise<void> {
    const {playground, journal, correspondent, patienceMs} = this.#options
    const startedAt = Date.now()
    let ended = false
    // Without mail, nothing but orch itself brings a supervisor back.
    const mail = this.#round % 2 === 1 ? correspondent.write(id, () => ended) : undefined
    while (playground.records('projects').includes(id)) {
      if (Date.now() - startedAt > patienceMs) {
        const project = playground.project(id)
        const agents = project?.agents.map(({role, state, restarts}) => `${role} ${state} after ${restarts} restarts`)
        journal.violation(`${id} was not over after ${patienceMs} ms: ${project?.state} ${project?.reason ?? ''}; ${agents?.join(', ')}`)
        journal.note((await playground.sandbox.orch(['status', id])).stdout)
        journal.note((await playground.sandbox.orch(['events', id])).stdout)
        journal.count('projects ended by the driver')
        await playground.sandbox.orch(['stop', id])
        break
      }
      await this.#help(id)
      await sleep(500)
    }
    ended = true
    await mail
    await checkProject({playground, journal, correspondent}, id)
    journal.highest('longest project, ms', Date.now() - startedAt)
  }

  /** What a person does about a project that asks for one. */
  async #help(id: string): Promise<void> {
    const {playground, journal} = this.#options
    const project = playground.project(id)
    if (!project || Date.now() - project.evidence.at < PERSON_MS) return
    const isBlocked = project.state === 'blocked'
    const isQuarantined = project.agents.some(({state, evidence}) => state === 'quarantined' && Date.now() - evidence.at > PERSON_MS)
    const idle = project.incidents?.find(
      ({cause, rung, rungAt}) => cause === 'idle-team' && rung === 'person' && Date.now() - rungAt > LONG_PERSON_MS,
    )
    if (!isBlocked && !isQuarantined && !idle) return
    const why = isBlocked ? (project.reason ?? 'blocked') : isQuarantined ? 'an agent is quarantined' : idle!.what
    const {code} = await playground.sandbox.orch(['resume', id])
    journal.count('a person helped: orch resume')
    journal.note(`orch resume ${id} (exit ${code}): ${why}`)
    await sleep(PERSON_MS)
  }
}
