import type {Clock, Ids} from '@orch/plugin-kit'
import type {Agent} from '../../domain/agent.js'
import {unchanged, type Change} from '../../domain/change.js'
import {
  after,
  isActiveFor,
  judge,
  MAX_MISSES,
  newCheckIn,
  withEveryCheckIn,
  type CheckIn,
  type Due,
  type Seen,
} from '../../domain/check-in.js'
import {accept} from '../../domain/mailbox.js'
import {newMessage} from '../../domain/message.js'
import {findAgent, type Project} from '../../domain/project.js'
import type {Store} from '../../domain/store.js'
import type {Recorder} from '../recorder.js'

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
  async sweep({id}: Project): Promise<void> {
    const {store, clock} = this.#options
    await this.#complete(store.project(id)!)
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
      )
    if (project.state !== 'running' || complete(project, clock.now()) === project.checkIns) return
    await recorder.change(project.id, (before, now) => ({project: {...before, checkIns: complete(before, now)}, events: []}))
  }

  async #handle(project: Project, {id}: CheckIn): Promise<void> {
    const {recorder, question, ids} = this.#options
    const checkIn = project.checkIns.find((candidate) => candidate.id === id)
    const agent = checkIn && findAgent(project, checkIn.agent)
    if (!agent) return
    const due = judge(project, agent, checkIn, seenOf(project, agent))
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
  const next = after(checkIn, due.do, seenOf(project, agent), now)
  const checkIns = project.checkIns.flatMap((other) => (other.id === id ? (next ? [next] : []) : [other]))
  const events = [told(next ?? checkIn, due.do === 'give' ? 'given' : due.why)]
  if (due.do === 'skip') {
    const silent = checkIn.misses >= MAX_MISSES
    return {project: {...project, checkIns}, events: silent ? [...events, incident(agent)] : events}
  }
  const letter = {from: 'orch', sender: 'orch', to: agent.id, kind: 'checkin', cause: id, text, expiresAt: now + EXPIRES_MS} as const
  const accepted = accept({...project, checkIns}, newMessage(messageId, letter, now))
  return {project: accepted.project, events: [...events, ...accepted.events]}
}

function firstSights(project: Project, checkIns: readonly CheckIn[]): readonly CheckIn[] {
  const isNew = ({seen, agent: id}: CheckIn) => {
    const agent = seen === null ? findAgent(project, id) : undefined
    return agent !== undefined && isActiveFor(agent)
  }
  if (!checkIns.some(isNew)) return checkIns
  return checkIns.map((checkIn) => (isNew(checkIn) ? {...checkIn, seen: seenOf(project, findAgent(project, checkIn.agent)!)} : checkIn))
}

function seenOf({messages}: Project, {id, evidence, transcript, claim, state}: Agent): Seen {
  const said = messages.filter(({from}) => from === id).map(({acceptedAt}) => acceptedAt)
  return {
    evidenceAt: evidence.source === 'hook' || evidence.source === 'transcript' ? evidence.at : 0,
    transcript: transcript?.position ?? 0,
    saidAt: Math.max(0, claim?.at ?? 0, ...said),
    working: state === 'working',
  }
}

function told({agent, id, nextAt, everyMinutes, by}: CheckIn, what: string) {
  return {type: 'checkin', agent, data: {id, what, nextAt, everyMinutes, by}} as const
}

function incident({id, role}: Agent) {
  return {type: 'incident', agent: id, data: {silent: `${role} has not answered ${MAX_MISSES} check-ins`}} as const
}
