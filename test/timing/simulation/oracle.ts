import type {Recorded} from './machine.js'
import type {Story} from './story.js'

/** Of the contract (design § 7), in its own numbers: nothing here is imported from what it judges. Milliseconds. */
const KILL_BUDGET = 45_000
const EXIT_BUDGET = 60_000
const FLOOR = 30_000
const GAP = 200
const MAX_AGE = 1_000
const POLL = 500
const PROGRESS = 8_000
/** Sums of times rounded to whole milliseconds. */
const SLACK = 60

interface Event extends Recorded {
  readonly i: number
  readonly run: string
  readonly port: number
}

interface Limits {
  readonly floor: number
  readonly killBudget: number
  readonly exitBudget: number
  readonly looks: number
  readonly onBusy: unknown
}

/** Judges a record sentence by sentence. @returns what is wrong with it; nothing when the contract was kept */
export function judge(story: Story, record: readonly Recorded[]): string[] {
  return new Oracle(story, record).problems()
}

class Oracle {
  readonly #events: readonly Event[]
  readonly #problems: string[] = []

  constructor(
    readonly story: Story,
    record: readonly Recorded[],
  ) {
    this.#events = record.map((event, i) => ({...event, i, run: String(event.data['run']), port: Number(event.data['port'])}))
  }

  problems(): string[] {
    this.#leases()
    for (const event of this.#events) {
      if (event.type === 'oauth.start') this.#start(event)
      if (event.type === 'oauth.wait' && event.data['givenUp'] !== undefined) this.#givenUp(event)
      if (event.type === 'passed') this.#promptness(event)
      if (event.type === 'ask') this.#noLivelock(event)
    }
    return this.#problems
  }

  #fail(event: Event, what: string): void {
    this.#problems.push(`at ${event.t} ms, ${event.run} on ${event.port}: ${what}`)
  }

  /** Exclusive; from the first observation to ready, exit or time-out; inherited by its own run alone. */
  #leases(): void {
    const holders = new Map<number, string>()
    const freedAt = new Map<number, number>()
    const spawned = new Set<string>()
    const supervisorOf = new Map<string, unknown>()
    const askedAt = new Map<string, number>()
    for (const event of this.#events) {
      const {type, port, run, t, data} = event
      const holder = holders.get(port)
      if (type === 'world.reboot') {
        for (const held of holders.keys()) freedAt.set(held, t)
        holders.clear()
        spawned.clear()
      }
      if (type === 'ask') {
        supervisorOf.set(run, data['supervisor'])
        askedAt.set(run, t)
      }
      if (type === 'ready' || type === 'oauth.exit' || type === 'oauth.kill') spawned.delete(run)
      if (type === 'look' && (holder === undefined || supervisorOf.get(holder) !== data['supervisor']))
        this.#fail(event, `the port was looked at without its lease (${holder ?? 'nobody'} has it)`)
      if (type === 'oauth.start') {
        if (holder !== run) this.#fail(event, `it started while ${holder ?? 'nobody'} had the lease`)
        spawned.add(run)
      }
      if (type !== 'oauth.lease') continue
      if (data['to'] === 'released') {
        if (spawned.has(run)) this.#fail(event, 'its lease was given back while it was starting')
        if (holder === run) {
          holders.delete(port)
          freedAt.set(port, t)
        }
      } else {
        if (holder !== undefined && holder !== run) this.#fail(event, `it took the lease that ${holder} had`)
        if (holder === undefined) {
          const possible = Math.max(freedAt.get(port) ?? 0, askedAt.get(run) ?? 0)
          if (t > possible + POLL + SLACK) this.#fail(event, `it took the lease ${t - possible} ms after it could`)
        }
        holders.set(port, run)
      }
    }
  }

  #start(start: Event): void {
    const ask = this.#askOf(start)
    const {floor, looks} = this.#limits(ask)
    for (const kill of this.#since(start, 'oauth.kill'))
      if (start.t < kill.t + floor) this.#fail(start, `it started ${start.t - kill.t} ms after a kill`)
    const restart = this.#events
      .filter(({type, i, data}) => type === 'world.restart' && i < start.i && data['supervisor'] === ask.data['supervisor'])
      .at(-1)
    if (restart && start.t - Number(start.data['waitedMs']) < restart.t - 1)
      this.#fail(start, 'its T lies before the restart of its supervisor')
    const seen = this.#looksOf(start)
    const newest = seen.at(-1)
    if (!newest || start.t - newest.t > MAX_AGE)
      return this.#fail(start, `the port was last looked at ${newest ? start.t - newest.t : '∞'} ms before`)
    if (start.data['givenUp'] !== null) return
    let counted = 0
    let later = Infinity
    for (const look of [...seen].reverse()) {
      if (!look.data['free']) break
      if (later - look.t < GAP) continue
      counted += 1
      later = look.t
    }
    if (counted < looks) this.#fail(start, `the port was seen free ${counted} times in a row, not ${looks}`)
  }

  /** Only (3), and not before its time; by whom the configuration says. */
  #givenUp(event: Event): void {
    const ask = this.#askOf(event)
    const {floor, onBusy} = this.#limits(ask)
    const by = event.data['givenUp']
    if (by !== 'person' && event.t < this.#budgetEnd(event, ask))
      this.#fail(event, `given up ${this.#budgetEnd(event, ask) - event.t} ms before its budget was used up`)
    for (const kill of this.#since(event, 'oauth.kill')) if (event.t < kill.t + floor) this.#fail(event, 'a floor was given up')
    const newest = this.#looksOf(event).at(-1)
    if (!newest || newest.data['free']) this.#fail(event, 'given up although the port was not seen taken')
    const watched = this.#events
      .filter(({type, i, data}) => type === 'world.attend' && i < event.i && data['project'] === ask.data['project'])
      .at(-1)
    if (by === 'policy' && onBusy !== 'warn') this.#fail(event, 'given up by a policy that is not warn')
    if (by === 'watched' && (onBusy !== 'auto' || watched?.data['watched'] !== true))
      this.#fail(event, 'given up as watched, and nobody watches')
    if (by === 'agents-server' && this.#holdAt(event, event.t)?.data['by'] !== 'agents-server')
      this.#fail(event, 'given up for an agent that does not hold it')
  }

  /** The first t at which all holds; floor and budget overlap, they never add; a line of progress every 8 s. */
  #promptness(passed: Event): void {
    const ask = this.#askOf(passed)
    const {floor, looks, onBusy} = this.#limits(ask)
    const lease = this.#events.filter(({type, i, run}) => type === 'oauth.lease' && i > ask.i && i < passed.i && run === passed.run).at(-1)
    if (!lease) return this.#fail(passed, 'it passed without a lease')
    const floors = this.#since(passed, 'oauth.kill').map(({t}) => t + floor)
    const may = Math.max(lease.t, ...floors)
    const holds = this.#since(passed, 'world.hold').filter(({t, port}) => port === passed.port && t <= passed.t)
    const latency = POLL + looks * GAP + SLACK
    const changes = (before: number) => holds.flatMap((hold) => [hold.t, Number(hold.data['until'])]).filter((t) => t < before)
    // What is given up at once when the budget is over: by policy, or because an agent's own server holds it.
    const mustGiveUp = (at: number) => onBusy === 'warn' || this.#holdAt(passed, at)?.data['by'] === 'agents-server'
    const giveUpBy = (at: number) => Math.max(this.#budgetEnd(passed, ask), may, ...changes(at)) + latency
    if (passed.data['givenUp'] === null) {
      const freeSince = Math.max(0, ...holds.map((hold) => Number(hold.data['until'])).filter((t) => t <= passed.t))
      if (passed.t > Math.max(may, freeSince) + latency)
        this.#fail(passed, `it waited ${passed.t - Math.max(may, freeSince)} ms longer than it had to`)
      if (freeSince > may && mustGiveUp(freeSince - 1) && freeSince - 1 > giveUpBy(freeSince))
        this.#fail(passed, 'it waited for the port beyond its budget')
    } else if (mustGiveUp(passed.t) && passed.data['givenUp'] !== 'person' && passed.t > giveUpBy(passed.t)) {
      this.#fail(passed, `it gave up ${passed.t - giveUpBy(passed.t)} ms late`)
    }
    const lines = [
      ask,
      ...this.#events.filter(({type, i, run}) => type === 'oauth.wait' && i > ask.i && i < passed.i && run === passed.run),
      passed,
    ]
    lines.slice(1).forEach((line, index) => {
      if (line.t - lines[index]!.t > PROGRESS + POLL + SLACK) this.#fail(line, `nothing was said for ${line.t - lines[index]!.t} ms`)
    })
  }

  #noLivelock(ask: Event): void {
    const end = this.#events.find(
      ({type, i, run, data}) =>
        i > ask.i &&
        ((run === ask.run && (type === 'passed' || type === 'ask')) ||
          (type === 'world.crash' && data['supervisor'] === ask.data['supervisor'])),
    )
    if (!end) this.#fail(ask, 'it waits for ever')
  }

  #budgetEnd(event: Event, ask: Event): number {
    const {killBudget, exitBudget} = this.#limits(ask)
    const kills = this.#since(event, 'oauth.kill').map(({t}) => Math.max(ask.t, t) + killBudget)
    const exits = this.#since(event, 'oauth.exit').map(({t}) => Math.max(ask.t, t) + exitBudget)
    return Math.max(ask.t + killBudget, ...kills, ...exits)
  }

  /** Events of a kind on the same port that went before, since the machine was booted. */
  #since({i, port}: Event, type: string): Event[] {
    const boot = this.#events.filter((event) => event.type === 'world.reboot' && event.i < i).at(-1)?.i ?? -1
    return this.#events.filter((event) => event.type === type && event.port === port && event.i < i && event.i > boot)
  }

  /** Under the lease that the run had then, by the supervisor that had asked. */
  #looksOf(event: Event): Event[] {
    const ask = this.#askOf(event)
    return this.#events.filter(
      ({type, i, port, data}) =>
        type === 'look' && i > ask.i && i < event.i && port === event.port && data['supervisor'] === ask.data['supervisor'],
    )
  }

  #askOf({i, run}: Event): Event {
    return this.#events.filter((event) => event.type === 'ask' && event.run === run && event.i < i).at(-1)!
  }

  #holdAt(event: Event, t: number): Event | undefined {
    return this.#since(event, 'world.hold').find((hold) => hold.t <= t && Number(hold.data['until']) > t)
  }

  /** Configuration raises only. */
  #limits(ask: Event): Limits {
    const settings = this.story.projects[Number(ask.data['project'])]!
    const atLeast = (value: unknown, least: number) => Math.max(least, typeof value === 'number' ? value : 0)
    return {
      floor: atLeast(settings['killFloorMs'], FLOOR),
      killBudget: atLeast(settings['killBudgetMs'], KILL_BUDGET),
      exitBudget: atLeast(settings['exitBudgetMs'], EXIT_BUDGET),
      looks: atLeast(settings['freeObservations'], 2),
      onBusy: settings['onBusy'],
    }
  }
}
