import type {LoggedEvent} from '../domain/event.js'
import type {Need} from '../domain/need.js'
import type {ProjectStatus} from '../services/status/status.js'
import {eventLine} from './event-view.js'
import {columnsOf} from './fit.js'
import {isNews} from './is-news.js'
import {LiveBlock} from './live-block.js'
import {needLine, needLines, projectLines} from './status-view.js'
import {oneLine} from './format.js'

/** Shows projects while they run. */
export interface Progress {
  /** @param needs what the project needs from a person now */
  show(project: ProjectStatus, events: readonly LoggedEvent[], needs: readonly Need[]): void
  end(): void
}

/**
 * One line an agent, redrawn in place, one block a project, in a terminal; else a line an event. On standard error, so that answers stay clean.
 * @param projects how many; a line of one of several says whose it is
 * @param json only what needs a person, as objects
 */
export function openProgress(stream: NodeJS.WriteStream, projects = 1, json = false): Progress {
  if (json) return new JsonProgress(stream)
  return stream.isTTY ? new LiveProgress(stream) : new PlainProgress(stream, projects > 1)
}

/** Ages change without events. */
const REDRAW_MS = 1_000

class LiveProgress implements Progress {
  readonly #stream: NodeJS.WriteStream
  readonly #block: LiveBlock
  readonly #timer: NodeJS.Timeout
  /** By id, in the order in which they were first heard of. */
  readonly #projects = new Map<string, {readonly project: ProjectStatus; readonly needs: readonly Need[]}>()

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
    this.#block = new LiveBlock(stream)
    this.#timer = setInterval(() => this.#draw(), REDRAW_MS)
  }

  show(project: ProjectStatus, _events: readonly LoggedEvent[], needs: readonly Need[]): void {
    this.#projects.set(project.id, {project, needs})
    this.#draw()
  }

  end(): void {
    clearInterval(this.#timer)
    this.#draw()
    this.#block.done()
  }

  #draw(): void {
    const now = Date.now()
    const columns = columnsOf(this.#stream)
    const shown = [...this.#projects.values()]
    const projects = shown.map(({project}) => project)
    const asked = needLines(
      shown.flatMap(({needs}) => needs),
      projects,
      now,
      columns,
    )
    const blocks = projects.map((project) => projectLines(project, now, columns).join('\n'))
    if (blocks.length > 0) this.#block.draw([...asked, blocks.join('\n\n')].join('\n'))
  }
}

class PlainProgress implements Progress {
  readonly #stream: NodeJS.WriteStream
  readonly #several: boolean
  readonly #news = new NewNeeds()
  /** Ids of projects that were said to wait for a port. */
  readonly #atPort = new Set<string>()

  constructor(stream: NodeJS.WriteStream, several: boolean) {
    this.#stream = stream
    this.#several = several
  }

  show(project: ProjectStatus, events: readonly LoggedEvent[], needs: readonly Need[]): void {
    const {name, agents} = project
    const roleOf = (id: string) => agents.find((agent) => agent.id === id)?.role ?? id
    for (const event of events.filter(isNews))
      this.#stream.write(`${this.#several ? `${oneLine(name)}  ` : ''}${eventLine(event, roleOf, Date.now())}\n`)
    this.#hintAtPort(project)
    for (const need of this.#news.among(project.id, needs)) this.#stream.write(`Needs you  ${needLine(need, [project], Date.now())}\n`)
  }

  /** Without a terminal no one can answer, and the wait has no end: warns once for each wait. */
  #hintAtPort({id, name, state, agents}: ProjectStatus): void {
    const held = agents.filter(({waitingFor}) => waitingFor?.what === 'port' && waitingFor.holder !== null)
    if (state !== 'waiting-port') this.#atPort.delete(id)
    if (state !== 'waiting-port' || held.length === 0 || this.#atPort.has(id)) return
    this.#atPort.add(id)
    const override = held.map(({role}) => `orch port override ${id}:${role}`).join(' · ')
    this.#stream.write(
      `${oneLine(name)} waits until its port is free, however long. See who has it: orch port status · start without it: ${override}\n`,
    )
  }

  end(): void {
    // Every line has been written.
  }
}

/** For programs: each need once, as an object on a line. */
class JsonProgress implements Progress {
  readonly #stream: NodeJS.WriteStream
  readonly #news = new NewNeeds()

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
  }

  show({id}: ProjectStatus, _events: readonly LoggedEvent[], needs: readonly Need[]): void {
    for (const need of this.#news.among(id, needs)) this.#stream.write(`${JSON.stringify({needsYou: need})}\n`)
  }

  end(): void {
    // Every line has been written.
  }
}

/** Tells which needs were not there the last time. */
class NewNeeds {
  readonly #known = new Map<string, ReadonlySet<string>>()

  among(project: string, needs: readonly Need[]): Need[] {
    const before = this.#known.get(project)
    const keyOf = ({agent, what}: Need) => `${agent} ${what}`
    this.#known.set(project, new Set(needs.map(keyOf)))
    return needs.filter((need) => !before?.has(keyOf(need)))
  }
}
