import {OrchError, type Ids} from '@orch/plugin-kit'
import {accept} from '../../domain/mailbox.js'
import {newMessage} from '../../domain/message.js'
import {findAgent} from '../../domain/project.js'
import {hubOf} from '../../domain/routing.js'
import type {Recorder} from '../record/recorder.js'
import type {Project, StatusReport} from '../../domain/model/project.js'

/** Reports one role may make in five minutes (the original's limit). */
const MAX_REPORTS = 5
const WINDOW_MS = 5 * 60_000

interface StatusReportsOptions {
  readonly recorder: Recorder
  readonly ids: Ids
}

/** What agents say about how topics stand: kept, and passed to the hub as something that can wait. */
export class StatusReports {
  readonly #options: StatusReportsOptions

  constructor(options: StatusReportsOptions) {
    this.#options = options
  }

  /** @throws ORCH_USAGE for an empty one, ORCH_REFUSED for too many */
  async report(projectId: string, agentId: string, topic: string, status: string): Promise<StatusReport> {
    const {recorder, ids} = this.#options
    if (topic.trim() === '' || status.trim() === '')
      throw new OrchError('ORCH_USAGE', {what: 'A report has a topic and a status.', hint: 'orch report-status parser "half done"'})
    const project = await recorder.change(projectId, (before, now) => {
      requireFew(before, agentId, now)
      const report: StatusReport = {agent: agentId, topic, status, at: now}
      const others = before.reports.filter((known) => known.agent !== agentId || known.topic !== topic)
      const event = {type: 'report', agent: agentId, data: {topic, status}} as const
      const reported: Project = {...before, reports: [...others, report]}
      const hub = hubOf(before)
      if (!hub || hub.id === agentId) return {project: reported, events: [event]}
      const sender = findAgent(before, agentId)!.role
      const letter = {
        from: agentId,
        sender,
        to: hub.id,
        kind: 'report',
        priority: 'low',
        text: `STATUS UPDATE ${topic}: ${status}`,
      } as const
      const told = accept(reported, newMessage(ids.next('m'), letter, now))
      return {project: told.project, events: [event, ...told.events]}
    })
    return project.reports.find((report) => report.agent === agentId && report.topic === topic)!
  }
}

function requireFew({messages, reports}: Project, agentId: string, now: number): void {
  const sent = messages.filter(({from, kind, acceptedAt}) => from === agentId && kind === 'report' && acceptedAt > now - WINDOW_MS)
  const kept = reports.filter(({agent, at}) => agent === agentId && at > now - WINDOW_MS)
  if (Math.max(sent.length, kept.length) < MAX_REPORTS) return
  throw new OrchError('ORCH_REFUSED', {
    what: 'The report',
    why: `${MAX_REPORTS} came from you in the last five minutes`,
    remedy: 'Go on working, and report when something has changed.',
  })
}
