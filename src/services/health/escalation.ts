import type {Clock, Ids, Terminal} from '@orch/plugin-kit'
import {sequence, unchanged, type Change} from '../../domain/change.js'
import {nextStepOf} from '../../domain/escalation.js'
import {climb, findIncident, incidentsOf, stepsTakenOf} from '../../domain/incident.js'
import {accept} from '../../domain/mailbox.js'
import {newMessage} from '../../domain/message.js'
import {findAgent, withAgent} from '../../domain/project.js'
import {intendRestart} from '../../domain/restarts.js'
import {hubOf} from '../../domain/routing.js'
import type {Store} from '../../domain/ports/store.js'
import type {Briefings} from '../briefing/write.js'
import type {Recorder} from '../record/recorder.js'
import type {Restarts} from '../agents/restarts.js'
import type {Project} from '../../domain/model/project.js'
import type {Incident, EscalationStep} from '../../domain/model/incident.js'
import type {Agent} from '../../domain/model/agent.js'

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

/** Takes the next step of each open incident when it is due: nudge, re-brief, restart, person. */
export class Escalation {
  readonly #options: LadderOptions

  constructor(options: LadderOptions) {
    this.#options = options
  }

  async climb(projectId: string): Promise<void> {
    const project = this.#options.store.project(projectId)
    if (!project) return
    for (const incident of incidentsOf(project)) await this.#climbOne(project, incident)
  }

  async #climbOne(project: Project, incident: Incident): Promise<void> {
    const next = nextStepOf(project, incident)
    if (next === null || next.at > this.#options.clock.now()) return
    const {step} = next
    const agent = incident.agent === null ? undefined : findAgent(project, incident.agent)
    if (!agent) return this.#record(project.id, incident, step)
    // A restart would end what a person does in there, and a reminder would get in between.
    if ((step === 'restart' || incident.cause === 'owes-claim') && (await this.#hasPerson(agent))) return
    await this.#take(project, agent, incident, step)
  }

  /** The step and what comes of it are one change: neither is lost without the other, and neither happens twice. */
  async #take(project: Project, agent: Agent, incident: Incident, step: EscalationStep): Promise<void> {
    const {restarts} = this.#options
    switch (step) {
      case 'nudge':
        return this.#tell(project, agent, incident, step, nudgeOf(project, agent, incident))
      case 'hub':
        return this.#tell(project, hubOf(project) ?? agent, incident, step, overdueText(agent))
      case 're-brief': {
        const path = await this.#options.briefings.write(project, agent, [], 'rebrief')
        return this.#tell(
          project,
          agent,
          incident,
          step,
          `orch has not heard from you for long. Read ${path}, then continue where you stopped.`,
        )
      }
      case 'restart':
        await this.#record(project.id, incident, step, (current) => {
          const found = findAgent(current, agent.id)!
          const context = {...found.context, healthRestarts: (found.context?.healthRestarts ?? 0) + 1}
          return intendRestart(withAgent(current, {...found, context}), agent.id, {why: incident.what, fresh: false})
        })
        return restarts.takeUp(this.#options.store.project(project.id) ?? project)
      case 'seen':
      case 'person':
        return this.#record(project.id, incident, step)
    }
  }

  #tell(project: Project, agent: Agent, incident: Incident, step: EscalationStep, text: string): Promise<void> {
    const id = this.#options.ids.next('m')
    return this.#record(project.id, incident, step, (current, now) =>
      accept(current, newMessage(id, {from: 'orch', sender: 'orch', to: agent.id, kind: 'system', text}, now)),
    )
  }

  async #record(
    projectId: string,
    incident: Incident,
    step: EscalationStep,
    also: (project: Project, now: number) => Change = same,
  ): Promise<void> {
    await this.#options.recorder.change(projectId, (project, now) => {
      const open = findIncident(project, incident.cause, incident.agent, incident.about)
      if (!open || stepsTakenOf(open) !== stepsTakenOf(incident)) return unchanged(project)
      return sequence(
        project,
        (current) => climb(current, open, step, now),
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

function nudgeOf(project: Project, agent: Agent, {cause, what, about}: Incident): string {
  if (cause === 'owes-claim') return reminderOf(project, agent)
  if (cause === 'no-answer') return `A question to you waits for an answer (${what}). Read it with: orch inbox read ${about}`
  if (cause === 'no-receipt') return `A message may not have reached you (${what}). Read it with: orch inbox read ${about}`
  return 'orch has not heard from you for long. Say in one line where you are, with orch send, or continue; if something blocks you, say what.'
}

function reminderOf(project: Project, agent: Agent): string {
  const owed = agent.owes === 'commits' ? 'your committed work' : 'your report'
  const claimed = project.agents
    .filter(({role, claim}) => agent.mergeAfter.includes(role) && claim?.verdict === 'holds')
    .map(({role}) => role)
  return [
    `You ended your turn, and the project waits for you to claim ${owed}.`,
    ...(claimed.length > 0 ? [`Claimed already, before you: ${claimed.join(', ')}.`] : []),
    'Continue now. When it is done: orch done --message "…". If it cannot be done: orch fail "why".',
    'If you need a decision: orch ask person "…" (or a role). If you wait for something: orch checkin add --in 10m --note "…" has you called again then.',
  ].join('\n')
}

function overdueText({role}: Agent): string {
  return `${role} ended its turn without a claim, and three reminders changed nothing. Find out what it needs (orch send ${role} "…"), or ask a person: orch ask person "…".`
}
