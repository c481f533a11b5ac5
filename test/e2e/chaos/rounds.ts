import {setTimeout as sleep} from 'node:timers/promises'
import {checkProject} from './checks.js'
import type {Correspondent} from './correspondent.js'
import type {Journal} from './journal.js'
import type {Person} from './person.js'
import type {Playground} from './playground.js'

interface RoundsOptions {
  readonly playground: Playground
  readonly journal: Journal
  readonly correspondent: Correspondent
  readonly person: Person
  /** Milliseconds a project may take to its end, with all that is done to it. */
  readonly patienceMs: number
}

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
    const {playground, journal, correspondent, person, patienceMs} = this.#options
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
      await person.help(id)
      await sleep(500)
    }
    ended = true
    await mail
    await checkProject({playground, journal, correspondent}, id)
    journal.highest('longest project, ms', Date.now() - startedAt)
  }
}
