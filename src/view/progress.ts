import type {LoggedEvent} from '../domain/event.js'
import type {ProjectStatus} from '../services/status.js'
import {eventLine} from './event-view.js'
import {LiveBlock} from './live-block.js'
import {projectLines} from './status-view.js'
import {oneLine} from './text.js'

/** Shows projects while they go on. */
export interface Progress {
  show(project: ProjectStatus, events: readonly LoggedEvent[]): void
  end(): void
}

/**
 * One line an agent, redrawn in place, one block a project, in a terminal; else a line an event. On standard error, so that answers stay clean.
 * @param projects how many; a line of one of several says whose it is
 */
export function openProgress(stream: NodeJS.WriteStream, projects = 1): Progress {
  return stream.isTTY ? new LiveProgress(stream) : new PlainProgress(stream, projects > 1)
}

/** Ages change without events. */
const REDRAW_MS = 1_000

class LiveProgress implements Progress {
  readonly #block: LiveBlock
  readonly #timer: NodeJS.Timeout
  /** By id, in the order in which they were first heard of. */
  readonly #projects = new Map<string, ProjectStatus>()

  constructor(stream: NodeJS.WriteStream) {
    this.#block = new LiveBlock(stream)
    this.#timer = setInterval(() => this.#draw(), REDRAW_MS)
  }

  show(project: ProjectStatus): void {
    this.#projects.set(project.id, project)
    this.#draw()
  }

  end(): void {
    clearInterval(this.#timer)
    this.#draw()
    this.#block.done()
  }

  #draw(): void {
    const blocks = [...this.#projects.values()].map((project) => projectLines(project, Date.now()).join('\n'))
    if (blocks.length > 0) this.#block.draw(blocks.join('\n\n'))
  }
}

class PlainProgress implements Progress {
  readonly #stream: NodeJS.WriteStream

  readonly #several: boolean

  constructor(stream: NodeJS.WriteStream, several: boolean) {
    this.#stream = stream
    this.#several = several
  }

  show({name, agents}: ProjectStatus, events: readonly LoggedEvent[]): void {
    const roleOf = (id: string) => agents.find((agent) => agent.id === id)?.role ?? id
    for (const event of events) this.#stream.write(`${this.#several ? `${oneLine(name)}  ` : ''}${eventLine(event, roleOf, Date.now())}\n`)
  }

  end(): void {
    // Every line has been written.
  }
}
