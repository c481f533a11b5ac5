import {PERSON} from './request.js'
import {sequence, unchanged, type Change} from './change.js'
import type {LoggedEvent} from './event.js'
import {climb, closeIncident, findIncident, openIncident} from './incident.js'
import {accept} from './mailbox.js'
import {findAgent} from './project.js'
import type {Fallback} from './ports/store.js'
import type {Project} from './model/project.js'
import type {Message} from './model/message.js'

/** What the event log knows beyond an older record. */
export interface LoggedSince {
  /** Of the last event; the record's own when the log holds nothing later. */
  readonly revision: number
  /** Milliseconds UTC of the last event; null when the log holds nothing later. */
  readonly at: number | null
  /** Messages that the log calls accepted and the record does not know. */
  readonly accepted: readonly {readonly id: string; readonly sender: string; readonly to: string; readonly at: number}[]
}

/** Reads from the event log what happened after the generation of the record that is used. */
export async function loggedSince(project: Project, log: AsyncIterable<LoggedEvent>): Promise<LoggedSince> {
  const known = new Set(project.messages.map(({id}) => id))
  const accepted: {id: string; sender: string; to: string; at: number}[] = []
  let last: {revision: number; at: number | null} = {revision: project.revision, at: null}
  for await (const {type, agent, revision, at, data} of log) {
    if (revision <= project.revision) continue
    if (revision >= last.revision) last = {revision, at}
    const id = String(data['id'])
    if (type === 'message.state' && data['from'] === null && !known.has(id))
      accepted.push({id, sender: String(data['sender']), to: agent ?? PERSON, at})
  }
  return {...last, accepted}
}

/**
 * Makes an older record usable again: revisions continue after those of the log, messages that were accepted come back, and an incident says what may be
 * missing until a person resumes the project.
 * @param kept the texts of the messages that were accepted and are not settled
 */
export function takeUpOlderRecord(project: Project, fallback: Fallback, since: LoggedSince, kept: readonly Message[], now: number): Change {
  const known = new Set(project.messages.map(({id}) => id))
  const restored = kept.filter(({id, to}) => !known.has(id) && isRecipient(project, to))
  const back = new Set(restored.map(({id}) => id))
  const lost = since.accepted.filter(({id}) => !known.has(id) && !back.has(id))
  const what = describeFallback(project, fallback, since, {restored, lost})
  const commands = [`orch events ${project.id}`, `orch resume ${project.id}`]
  return sequence(
    {...project, revision: Math.max(project.revision, since.revision)},
    ...restored.map((message) => (current: Project) => accept(current, message)),
    (current) => {
      const before = findIncident(current, 'record-fallback', null)
      return before ? closeIncident(current, before, 'the record fell back once more') : unchanged(current)
    },
    (current) => openIncident(current, {cause: 'record-fallback', agent: null, about: null, what, commands}, now),
    (current) => climb(current, findIncident(current, 'record-fallback', null)!, 'person', now),
  )
}

function describeFallback(
  project: Project,
  {why, revision, updatedAt}: Fallback,
  since: LoggedSince,
  {restored, lost}: {restored: readonly Message[]; lost: LoggedSince['accepted']},
): string {
  const roleOf = (id: string) => findAgent(project, id)?.role ?? id
  const list = (messages: readonly {id: string; sender: string; to: string}[]) =>
    messages.map(({id, sender, to}) => `${id} from ${sender} to ${roleOf(to)}`).join(', ')
  const missing =
    since.at === null
      ? 'the event log holds no later change'
      : `changes up to revision ${since.revision} of ${time(since.at)} may be missing`
  return [
    `its newest record could not be used (${why}), revision ${revision} of ${time(updatedAt)} is in use; ${missing}`,
    ...(restored.length > 0 ? [`messages restored: ${list(restored)}`] : []),
    ...(lost.length > 0 ? [`messages lost: ${list(lost)}; send them again`] : []),
    'orch resume clears this',
  ].join('; ')
}

function isRecipient(project: Project, to: string): boolean {
  return to === PERSON || findAgent(project, to) !== undefined
}

function time(at: number): string {
  return new Date(at).toISOString()
}
