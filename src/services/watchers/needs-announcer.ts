import type {NeedView} from '@orch/plugin-kit'
import type {HookBus} from '@orch/plugin-kit/host'
import type {Need} from '../../domain/need.js'

/** What was announced, kept across supervisors: a need is told once, and one that came up while none ran is told by the next. */
export interface AnnouncedNeeds {
  read(): Promise<readonly Need[]>
  write(needs: readonly Need[]): Promise<void>
}

interface NeedsAnnouncerOptions {
  readonly bus: HookBus
  /** Everything that waits for a person now. */
  readonly needs: () => readonly Need[] | Promise<readonly Need[]>
  /** Whether any plugin listens. */
  readonly isHeard: boolean
  readonly announced: AnnouncedNeeds
}

/** Tells plugins what a person is needed for, and what for no longer. */
export class NeedsAnnouncer {
  readonly #options: NeedsAnnouncerOptions
  #known: readonly Need[] | null = null

  constructor(options: NeedsAnnouncerOptions) {
    this.#options = options
  }

  /** To be called now and then. It is told first and kept then: a kill in between tells it twice, and loses nothing. */
  async tick(): Promise<void> {
    const {bus, needs, isHeard, announced} = this.#options
    if (!isHeard) return
    const before = (this.#known ??= await announced.read())
    const now = await needs()
    const opened = without(now, before)
    const settled = without(before, now)
    if (opened.length + settled.length === 0) return
    const projects = new Set([...opened, ...settled].map(({project}) => project))
    const of = (list: readonly Need[], id: string | null) => list.filter(({project}) => project === id).map(viewOf)
    for (const project of projects) await bus.emit('needsChanged', {project, opened: of(opened, project), settled: of(settled, project)})
    this.#known = now
    await announced.write(now)
  }
}

/** Those of `list` that `others` has not. */
function without(list: readonly Need[], others: readonly Need[]): Need[] {
  const known = new Set(others.map(keyOf))
  return list.filter((need) => !known.has(keyOf(need)))
}

function keyOf({project, agent, what, since}: Need): string {
  return JSON.stringify([project, agent, what, since])
}

function viewOf({agent, what, since, commands}: Need): NeedView {
  return {agent, what, since, commands}
}
