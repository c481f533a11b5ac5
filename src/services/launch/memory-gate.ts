import type {AgentDriver, Clock} from '@orch/plugin-kit'
import {healthOf} from '../../domain/health.js'
import type {Host} from '../../domain/ports/host.js'
import {closeIncident, findIncident, openIncident} from '../../domain/incident.js'
import {findAgent, withAgent} from '../../domain/project.js'
import type {Recorder} from '../record/recorder.js'
import type {Project} from '../../domain/model/project.js'

/** Milliseconds between looks at the memory: no event tells that some was given back. */
const LOOK_MS = 2_000
/** Megabytes of an agent whose kind says nothing: idle Claude Code holds 200 to 270 (measured on 2.1.330), more in its first turn. */
const UNKNOWN_KIND_MB = 400
/** Milliseconds for which the memory of an agent that was just let through counts as taken: a start takes it little by little. */
const SETTLING_MS = 10_000
const MB = 1024 * 1024

interface StartControlOptions {
  readonly recorder: Recorder
  readonly host: Host
  readonly clock: Clock
  readonly drivers: ReadonlyMap<string, Pick<AgentDriver, 'memoryMb'>>
}

/** Lets agents start one after the other, and only while the machine has the memory: the kernel would end one in the middle of its work. */
export class MemoryGate {
  readonly #options: StartControlOptions
  #last: Promise<unknown> = Promise.resolve()
  #granted: {readonly at: number; readonly bytes: number}[] = []
  #lastStart = -Infinity

  constructor(options: StartControlOptions) {
    this.#options = options
  }

  /** Resolves when the agent may start. @throws the signal's reason */
  admit(project: Project, agentId: string, signal: AbortSignal): Promise<void> {
    const turn = this.#last.then(() => this.#admit(project, agentId, signal))
    this.#last = turn.catch(() => undefined)
    return turn
  }

  async #admit(project: Project, agentId: string, signal: AbortSignal): Promise<void> {
    const {clock} = this.#options
    const {startStaggerMs, minFreeMemoryMb} = healthOf(project)
    const agentMemoryMb = this.#memoryMbOf(project, agentId)
    signal.throwIfAborted()
    const early = this.#lastStart + startStaggerMs - clock.monotonic()
    if (early > 0) await clock.sleep(early, signal)
    let waited = false
    for (; this.#freeBytes() < (agentMemoryMb + minFreeMemoryMb) * MB; waited = true) {
      if (!waited) await this.#tellWait(project.id, agentId)
      await clock.sleep(this.#pauseMs(), signal)
    }
    if (waited) await this.#tellOver(project.id, agentId)
    this.#lastStart = clock.monotonic()
    this.#granted.push({at: this.#lastStart, bytes: agentMemoryMb * MB})
  }

  #memoryMbOf(project: Project, agentId: string): number {
    const kind = findAgent(project, agentId)?.kind ?? ''
    return healthOf(project).agentMemoryMb ?? this.#options.drivers.get(kind)?.memoryMb ?? UNKNOWN_KIND_MB
  }

  /** Until the next look, or until a start that was let through no longer counts. */
  #pauseMs(): number {
    const oldest = this.#granted[0]?.at ?? Infinity
    return Math.min(LOOK_MS, Math.max(1, oldest + SETTLING_MS - this.#options.clock.monotonic()))
  }

  /** Without what starts that were let through are still to take. */
  #freeBytes(): number {
    const since = this.#options.clock.monotonic() - SETTLING_MS
    this.#granted = this.#granted.filter(({at}) => at > since)
    return this.#options.host.freeMemory() - this.#granted.reduce((sum, {bytes}) => sum + bytes, 0)
  }

  async #tellWait(projectId: string, agentId: string): Promise<void> {
    const what = `${Math.max(0, Math.floor(this.#freeBytes() / MB))} MB of memory are free beside the starts under way: its start waits`
    await this.#options.recorder.change(projectId, (project, now) => {
      const agent = findAgent(project, agentId)!
      const waiting = withAgent(project, {...agent, waitingFor: {what: 'memory', until: null, holder: null}})
      return openIncident(waiting, {cause: 'low-memory', agent: agentId, about: null, what}, now)
    })
  }

  async #tellOver(projectId: string, agentId: string): Promise<void> {
    await this.#options.recorder.change(projectId, (project) => {
      const agent = findAgent(project, agentId)!
      const goes = withAgent(project, {...agent, waitingFor: null})
      const incident = findIncident(goes, 'low-memory', agentId)
      return incident ? closeIncident(goes, incident, 'there is memory again') : {project: goes, events: []}
    })
  }
}
