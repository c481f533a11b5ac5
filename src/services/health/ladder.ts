import type {Clock, Ids, Terminal} from '@orch/plugin-kit'
import type {Agent} from '../../domain/agent.js'
import {inTurn, type Change} from '../../domain/change.js'
import {HEALTH_DEFAULTS} from '../../domain/health.js'
import {climb, dueRung, findIncident, incidentsOf, type Incident, type Rung} from '../../domain/incident.js'
import {accept} from '../../domain/mailbox.js'
import {newMessage} from '../../domain/message.js'
import {findAgent, withAgent, type Project} from '../../domain/project.js'
import type {Store} from '../../domain/store.js'
import type {Briefings} from '../briefings.js'
import type {Recorder} from '../recorder.js'
import {intendRestart, type Restarts} from '../restarts.js'

/** Milliseconds since a person's last key in a window for which its agent is left to that person. */
const PERSON_MS = 10 * 60_000

interface LadderOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly terminal: Terminal
  readonly briefings: Pick<Briefings, 'write'>
  readonly restarts: Restarts
  readonly clock: Clock
  readonly ids: Ids
}

/** Takes the next rung of each open incident when it is due: nudge, re-brief, restart, person. */
export class Ladder {
  readonly #options: LadderOptions

  constructor(options: LadderOptions) {
    this.#options = options
  }

  async climb(projectId: string): Promise<void> {
    const project = this.#options.store.project(projectId)
    // Whoever set a project aside has taken it over.
    if (project?.state !== 'running' && project?.state !== 'starting') return
    for (const incident of incidentsOf(project)) await this.#climbOne(project, incident)
  }

  async #climbOne(project: Project, incident: Incident): Promise<void> {
    const {clock} = this.#options
    const settings = project.options.health ?? HEALTH_DEFAULTS
    const agent = incident.agent === null ? undefined : findAgent(project, incident.agent)
    const mayRestart = (agent?.care?.rescues ?? 0) < settings.ladderRestarts
    const rung = dueRung(incident, clock.now(), settings, mayRestart)
    if (rung === null) return
    if (!agent) return this.#record(project.id, incident, rung)
    // A restart would end what a person does in there.
    if (rung === 'restart' && (await this.#hasPerson(agent))) return
    await this.#take(project, agent, incident, rung)
  }

  /** The rung and what comes of it are one change: neither is lost without the other, and neither happens twice. */
  async #take(project: Project, agent: Agent, incident: Incident, rung: Rung): Promise<void> {
    const {restarts} = this.#options
    switch (rung) {
      case 'nudge':
        return this.#tell(project, agent, incident, rung, nudgeOf(incident))
      case 're-brief': {
        const path = await this.#options.briefings.write(project, agent, [], 'rebrief')
        return this.#tell(
          project,
          agent,
          incident,
          rung,
          `Nothing was heard from you for long. Read ${path}, then go on where you stopped.`,
        )
      }
      case 'restart':
        await this.#record(project.id, incident, rung, (current) => {
          const found = findAgent(current, agent.id)!
          const care = {...found.care, rescues: (found.care?.rescues ?? 0) + 1}
          return intendRestart(withAgent(current, {...found, care}), agent.id, {why: incident.what, fresh: false})
        })
        return restarts.takeUp(this.#options.store.project(project.id) ?? project)
      case 'seen':
      case 'person':
        return this.#record(project.id, incident, rung)
    }
  }

  #tell(project: Project, agent: Agent, incident: Incident, rung: Rung, text: string): Promise<void> {
    const id = this.#options.ids.next('m')
    return this.#record(project.id, incident, rung, (current, now) =>
      accept(current, newMessage(id, {from: 'orch', sender: 'orch', to: agent.id, kind: 'system', text}, now)),
    )
  }

  async #record(projectId: string, incident: Incident, rung: Rung, also: (project: Project, now: number) => Change = same): Promise<void> {
    await this.#options.recorder.change(projectId, (project, now) => {
      const open = findIncident(project, incident.cause, incident.agent, incident.about)
      if (open?.rung !== incident.rung) return {project, events: []}
      return inTurn(
        project,
        (current) => climb(current, open, rung, now),
        (current) => also(current, now),
      )
    })
  }

  async #hasPerson({window, pane}: Agent): Promise<boolean> {
    const {terminal, clock} = this.#options
    if (window === null) return false
    const activity = await terminal.lastClientActivity(window)
    if (activity !== null && clock.now() - activity < PERSON_MS) return true
    return (await terminal.panes()).some((state) => state.pane === pane && state.inMode)
  }
}

const same = (project: Project): Change => ({project, events: []})

function nudgeOf({cause, what, about}: Incident): string {
  if (cause === 'no-answer') return `A question to you waits for an answer (${what}). Read it with: orch inbox read ${about}`
  if (cause === 'no-receipt') return `A message may not have reached you (${what}). Read it with: orch inbox read ${about}`
  return 'Nothing was heard from you for long. Say in one line where you are, with orch send, or go on; if something is in your way, say what.'
}
