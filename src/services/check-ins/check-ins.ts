import type {Clock, Ids} from '@orch/plugin-kit'
import {sequence, unchanged, type Change} from '../../domain/change.js'
import {
  after,
  isActiveFor,
  isProgress,
  isSignOfLife,
  judge,
  MAX_MISSES,
  newCheckIn,
  NO_ANSWER,
  withEveryCheckIn,
  type Due,
} from '../../domain/check-in.js'
import {closeIncident, findIncident, incidentsOf, openIncident} from '../../domain/incident.js'
import {accept} from '../../domain/mailbox.js'
import {newMessage} from '../../domain/message.js'
import {findAgent} from '../../domain/project.js'
import type {Store} from '../../domain/ports/store.js'
import type {Recorder} from '../record/recorder.js'
import type {Project} from '../../domain/model/project.js'
import type {CheckIn, Seen} from '../../domain/model/check-in.js'
import type {Agent} from '../../domain/model/agent.js'

/** Milliseconds after which a check-in that is held is looked at again. */
const HELD_MS = 60_000
/** Milliseconds a check-in waits for its recipient's composer; the next one is not far. */
const EXPIRES_MS = 30 * 60_000

interface CheckInsOptions {
  readonly store: Store
  readonly recorder: Recorder
  /** Reads on in the transcripts of a project: how far they grew is what an agent did. */
  readonly look: (projectId: string) => Promise<void>
  /** What orch asks a role by itself. */
  readonly question: (project: Project, agent: Agent) => Promise<string>
  readonly clock: Clock
  readonly ids: Ids
}

/** Scheduled questions to agents. What hooks and transcripts already told costs no message: it is asked only of whom nothing was heard. */
export class CheckIns {
  readonly #options: CheckInsOptions

  constructor(options: CheckInsOptions) {
    this.#options = options
  }

  /** To be called now and then: keeps one check-in ahead of every active agent, and gives what is due. */
  async tick({id}: Project): Promise<void> {
    const {store, clock} = this.#options
    await this.#complete(store.project(id)!)
    await this.#noticeLife(store.project(id)!)
    const due = store.project(id)!.checkIns.filter(({nextAt}) => nextAt > 0 && nextAt <= clock.now())
    if (due.length === 0) return
    await this.#options.look(id)
    for (const checkIn of due) await this.#handle(store.project(id)!, checkIn)
  }

  /** @throws ORCH_USAGE */
  async add(projectId: string, request: Omit<Parameters<typeof newCheckIn>[1], 'id'> & {readonly id?: string}): Promise<CheckIn> {
    const {recorder, ids} = this.#options
    const id = request.id ?? ids.next('s')
    const project = await recorder.change(projectId, (before, now) => {
      if (before.checkIns.some((known) => known.id === id)) return unchanged(before)
      const checkIn = newCheckIn(before, {...request, id}, now)
      return {project: {...before, checkIns: [...before.checkIns, checkIn]}, events: [told(checkIn, 'added')]}
    })
    return project.checkIns.find((checkIn) => checkIn.id === id)!
  }

  async remove(projectId: string, {id}: CheckIn): Promise<void> {
    await this.#options.recorder.change(projectId, (project) => {
      const gone = project.checkIns.find((checkIn) => checkIn.id === id)
      if (!gone) return unchanged(project)
      return {project: {...project, checkIns: project.checkIns.filter((checkIn) => checkIn.id !== id)}, events: [told(gone, 'removed')]}
    })
  }

  /** The invariant: an agent that runs has a check-in ahead, and a first sight of it to compare with. */
  async #complete(project: Project): Promise<void> {
    const {recorder, ids, clock} = this.#options
    const complete = (before: Project, now: number): readonly CheckIn[] =>
      firstSights(
        before,
        withEveryCheckIn(before, () => ids.next('s'), now),
        now,
      )
    if (project.state !== 'running' || complete(project, clock.now()) === project.checkIns) return
    await recorder.change(project.id, (before, now) => ({project: {...before, checkIns: complete(before, now)}, events: []}))
  }

  async #noticeLife(project: Project): Promise<void> {
    const {recorder, clock} = this.#options
    if (closeSilences(project, clock.now()).events.length > 0) await recorder.change(project.id, closeSilences)
  }

  async #handle(project: Project, {id}: CheckIn): Promise<void> {
    const {recorder, question, ids} = this.#options
    const checkIn = project.checkIns.find((candidate) => candidate.id === id)
    const agent = checkIn && findAgent(project, checkIn.agent)
    if (!agent) return
    const due = judge(project, agent, checkIn, seenOf(project, agent, this.#options.clock.now()))
    const text = due.do === 'give' ? (checkIn.note ?? (await question(project, agent))) : ''
    await recorder.change(project.id, (before, now) => settle(before, id, due, text, ids.next('m'), now))
  }
}

/** The message and what becomes of the schedule are one change: a crash between them would give it twice, or never. */
function settle(project: Project, id: string, due: Due, text: string, messageId: string, now: number): Change {
  const checkIn = project.checkIns.find((candidate) => candidate.id === id)
  const agent = checkIn && findAgent(project, checkIn.agent)
  if (!agent) return unchanged(project)
  if (due.do === 'hold') {
    const held = {...checkIn, nextAt: now + HELD_MS}
    return {project: {...project, checkIns: project.checkIns.map((other) => (other.id === id ? held : other))}, events: []}
  }
  const next = after(checkIn, due.do, seenOf(project, agent, now), now)
  const checkIns = project.checkIns.flatMap((other) => (other.id === id ? (next ? [next] : []) : [other]))
  const events = [told(next ?? checkIn, due.do === 'give' ? 'given' : due.why)]
  if (due.do === 'skip') return followSilence({project: {...project, checkIns}, events}, agent, due.why, now)
  const letter = {from: 'orch', sender: 'orch', to: agent.id, kind: 'checkin', cause: id, text, expiresAt: now + EXPIRES_MS} as const
  const accepted = accept({...project, checkIns}, newMessage(messageId, letter, now))
  return {project: accepted.project, events: [...events, ...accepted.events]}
}

/** The incident of an agent that did not react to its check-ins: open until there is another reason to leave it alone. */
function followSilence({project, events}: Change, {id, role}: Agent, why: string, now: number): Change {
  const what = `${role} did not react to ${MAX_MISSES} check-ins`
  const changed =
    why === NO_ANSWER ? openIncident(project, {cause: 'silent', agent: id, about: null, what}, now) : closeSilence(project, id, why)
  return {project: changed.project, events: [...events, ...changed.events]}
}

function closeSilence(project: Project, agentId: string, why: string): Change {
  const open = findIncident(project, 'silent', agentId)
  return open ? closeIncident(project, open, why) : unchanged(project)
}

/** An agent that did not react has done something since, has ended, or has claimed. */
function closeSilences(project: Project, now: number): Change {
  const over = incidentsOf(project).filter(({cause, agent: id}) => {
    const agent = id === null ? undefined : findAgent(project, id)
    const checkIn = project.checkIns.find(({agent: asked, by}) => asked === id && by === 'orch')
    if (cause !== 'silent') return false
    return !agent || !checkIn || !isActiveFor(agent) || agent.claim?.verdict === 'holds' || isProgress(checkIn, seenOf(project, agent, now))
  })
  return sequence(
    project,
    ...over.map(
      ({agent}) =>
        (next: Project) =>
          closeSilence(next, agent!, 'it shows life'),
    ),
  )
}

function firstSights(project: Project, checkIns: readonly CheckIn[], now: number): readonly CheckIn[] {
  const isNew = ({seen, agent: id}: CheckIn) => {
    const agent = seen === null ? findAgent(project, id) : undefined
    return agent !== undefined && isActiveFor(agent)
  }
  if (!checkIns.some(isNew)) return checkIns
  return checkIns.map((checkIn) =>
    isNew(checkIn) ? {...checkIn, seen: seenOf(project, findAgent(project, checkIn.agent)!, now)} : checkIn,
  )
}

function seenOf({messages}: Project, {id, evidence, transcript, claim, state}: Agent, now: number): Seen {
  const said = messages.filter(({from}) => from === id).map(({acceptedAt}) => acceptedAt)
  return {
    at: now,
    evidenceAt: isSignOfLife(evidence) ? evidence.at : 0,
    transcript: transcript?.position ?? 0,
    saidAt: Math.max(0, claim?.at ?? 0, ...said),
    working: state === 'working',
  }
}

function told({agent, id, nextAt, everyMinutes, by}: CheckIn, what: string) {
  return {type: 'checkin', agent, data: {id, what, nextAt, everyMinutes, by}} as const
}
