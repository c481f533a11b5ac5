import {actsProblem} from '../host/check-acts.js'
import type {Clock} from '../ports/clock.js'
import type {SchemaValidator} from '../ports/schema-validator.js'
import type {ProjectView} from '../views.js'
import type {Act, Json, Watcher} from '../watchers.js'
import {FakeClock} from './fake-clock.js'

interface TrialOptions {
  readonly clock?: Pick<Clock, 'now'>
  /** Holds acts against their schemas; without it their number and size alone. */
  readonly schemas?: SchemaValidator
}

/** Looks with a watcher as orch does, look by look; what it keeps is there at the next. */
export class WatcherTrial<Observed, Own extends Json> {
  readonly #watcher: Watcher<Observed, Own>
  readonly #clock: Pick<Clock, 'now'>
  readonly #schemas: SchemaValidator
  /** What the watcher kept. */
  own: Own | undefined

  constructor(watcher: Watcher<Observed, Own>, {clock = new FakeClock(), schemas = {check: () => []}}: TrialOptions = {}) {
    this.#watcher = watcher
    this.#clock = clock
    this.#schemas = schemas
  }

  /** @returns what it decided @throws what it throws; Error for acts that orch would refuse */
  async look(project: ProjectView): Promise<readonly Act[]> {
    const observed = await this.#watcher.observe?.(project, new AbortController().signal)
    const acts = this.#watcher.decide(project, observed, this.own, this.#clock.now())
    const problem = actsProblem(acts, this.#schemas)
    if (problem !== null) throw new Error(problem)
    for (const act of acts) if (act.do === 'keep') this.own = JSON.parse(JSON.stringify(act.value)) as Own
    return acts
  }
}
