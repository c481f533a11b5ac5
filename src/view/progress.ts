import {createLogUpdate} from 'log-update'
import type {LoggedEvent} from '../domain/event.js'
import type {ProjectStatus} from '../services/status.js'
import {eventLine} from './event-view.js'
import {projectLines} from './status-view.js'

/** Shows a project while it goes on. */
export interface Progress {
  show(project: ProjectStatus, events: readonly LoggedEvent[]): void
  end(): void
}

/** One line an agent, redrawn in place, in a terminal; else a line an event. On standard error, so that answers stay clean. */
export function openProgress(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? new LiveProgress(stream) : new PlainProgress(stream)
}

/** Ages change without events. */
const REDRAW_MS = 1_000

class LiveProgress implements Progress {
  readonly #log: ReturnType<typeof createLogUpdate>
  readonly #timer: NodeJS.Timeout
  #project: ProjectStatus | null = null

  constructor(stream: NodeJS.WriteStream) {
    this.#log = createLogUpdate(stream)
    this.#timer = setInterval(() => this.#draw(), REDRAW_MS)
  }

  show(project: ProjectStatus): void {
    this.#project = project
    this.#draw()
  }

  end(): void {
    clearInterval(this.#timer)
    this.#draw()
    this.#log.done()
  }

  #draw(): void {
    if (this.#project) this.#log(projectLines(this.#project, Date.now()).join('\n'))
  }
}

class PlainProgress implements Progress {
  readonly #stream: NodeJS.WriteStream

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
  }

  show({agents}: ProjectStatus, events: readonly LoggedEvent[]): void {
    const roleOf = (id: string) => agents.find((agent) => agent.id === id)?.role ?? id
    for (const event of events) this.#stream.write(`${eventLine(event, roleOf)}\n`)
  }

  end(): void {
    // Every line has been written.
  }
}
