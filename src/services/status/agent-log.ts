import type {Clock, Terminal} from '@orch/plugin-kit'
import {isAlive} from '../../domain/agent-states.js'
import {findAgent} from '../../domain/project.js'
import type {Files} from '../../domain/ports/files.js'
import {isFinished} from '../../domain/project-states.js'
import type {Store} from '../../domain/ports/store.js'
import type {Agent} from '../../domain/model/agent.js'

/** Lines of scrollback that are shown of a living agent. */
const HISTORY_LINES = 5_000
/** tmux tells nobody what a pane prints unless its output is piped, so a followed pane is looked at. */
const LOOK_MS = 500
/** Lines that are enough to find the same place again in a screen that has moved on. */
const ANCHOR_LINES = 12
/** Lines that are kept of what was told: more than a screen has, since nothing but the screen is drawn anew. */
const TAIL_LINES = 120

interface AgentLogOptions {
  readonly store: Store
  readonly terminal: Terminal
  readonly files: Files
  readonly clock: Clock
}

/** How far an agent's log was told: of how many lines, and which the last of them were. */
export interface LogPlace {
  readonly lines: number
  readonly tail: readonly string[]
}

/** A piece of what an agent showed, and the place behind it. */
export interface LogPart {
  readonly role: string
  readonly text: string
  readonly place: LogPlace
}

/** What agents showed: their pane's history, and after their end what was kept of it. */
export class AgentLog {
  readonly #options: AgentLogOptions

  constructor(options: AgentLogOptions) {
    this.#options = options
  }

  async read(agent: Agent): Promise<string> {
    const {terminal, files} = this.#options
    const living = agent.pane ? await terminal.capture(agent.pane, HISTORY_LINES).catch(() => null) : null
    return living ?? (await files.readText(`${agent.directory}/last-words.txt`)) ?? ''
  }

  /**
   * What agents show from the start of their history on, and further until the project is over or the signal says so. A line is told once it
   * has stood for two looks, so that a screen that is being redrawn is not told over and over.
   * @param after by role, what was told before
   */
  async *follow(
    projectId: string,
    roles: readonly string[],
    after: Readonly<Record<string, LogPlace>>,
    signal: AbortSignal,
  ): AsyncGenerator<LogPart> {
    const readers = new Map(roles.map((role) => [role, new Reader(after[role])]))
    for (;;) {
      const project = await this.#options.store.load(projectId)
      if (!project) return
      const isOver = isFinished(project.state) && !project.agents.some((agent) => isAlive(agent.state))
      for (const [role, reader] of readers) {
        const id = project.agents.find((agent) => agent.role === role)?.id
        const agent = id === undefined ? undefined : findAgent(project, id)
        const lines = agent ? reader.take(linesOf(await this.read(agent)), isOver || !isAlive(agent.state)) : []
        if (lines.length > 0) yield {role, text: lines.join('\n'), place: reader.place}
      }
      if (isOver || signal.aborted) return
      await this.#options.clock.sleep(LOOK_MS, signal).catch(() => undefined)
      if (signal.aborted) return
    }
  }
}

/** Remembers what has been told of one pane. */
class Reader {
  #place: LogPlace
  #last: readonly string[] = []

  constructor(place: LogPlace = {lines: 0, tail: []}) {
    this.#place = place
  }

  get place(): LogPlace {
    return this.#place
  }

  /** @param all nothing more will change: what stands is told at once */
  take(now: readonly string[], all: boolean): readonly string[] {
    const settled = all ? now : now.slice(0, sameUntil(this.#last, now))
    this.#last = now
    const lines = newLines(this.#place, settled)
    if (lines.length > 0) this.#place = placeBehind(settled)
    return lines
  }
}

/** The place behind all of these lines. */
export function placeBehind(lines: readonly string[]): LogPlace {
  return {lines: lines.length, tail: lines.slice(-TAIL_LINES)}
}

/**
 * What `now` has beyond what was told: the lines behind the place where the last of them are found again; of a screen that was
 * drawn anew, those behind what both begin with.
 */
export function newLines({lines, tail}: LogPlace, now: readonly string[]): readonly string[] {
  if (lines === 0) return now
  const anchor = tail.slice(-ANCHOR_LINES)
  for (let end = now.length; end >= anchor.length; end--) {
    if (anchor.every((line, index) => now[end - anchor.length + index] === line)) return now.slice(end)
  }
  // What lies before the tail has scrolled off the screen, where nothing is drawn anew.
  const before = lines - tail.length
  return now.length < before ? now : now.slice(before + sameUntil(tail, now.slice(before)))
}

function sameUntil(a: readonly string[], b: readonly string[]): number {
  const differs = b.findIndex((line, index) => a[index] !== line)
  return differs < 0 ? b.length : differs
}

function linesOf(text: string): readonly string[] {
  return text.trimEnd() === '' ? [] : text.trimEnd().split('\n')
}
