import type {Claims} from '../../services/claims/claims.js'
import type {ProjectControl} from '../../services/control/project-control.js'
import type {StatusReports} from '../../services/requests/status-reports.js'
import {call, params, type OwnMethods} from '../method.js'
import {ownAgent, TEXT} from './caller.js'

interface ClaimMethodsOptions {
  readonly claims: Claims
  readonly control: ProjectControl
  readonly reports: StatusReports
}

/** Methods by which an agent reports on its own work. */
export function claimMethods({claims, control, reports}: ClaimMethodsOptions): OwnMethods {
  return {
    'claim.done': call(
      params({message: TEXT, evidence: {type: 'array', items: TEXT}, key: TEXT}, ['message', 'evidence']),
      async (claim: {message: string; evidence: string[]; key?: string}, {caller}) => {
        const {project, agent} = ownAgent(caller)
        return {recorded: true, waitsFor: await claims.claim(project, agent, claim)}
      },
    ),
    'claim.fail': call(params({reason: TEXT}, ['reason']), async ({reason}: {reason: string}, {caller}) => {
      const {project, agent} = ownAgent(caller)
      await control.fail(project, agent, reason)
      return {recorded: true}
    }),
    'report.status': call(
      params({topic: TEXT, status: TEXT}, ['topic', 'status']),
      async ({topic, status}: {topic: string; status: string}, {caller}) => {
        const {project, agent} = ownAgent(caller)
        return reports.report(project, agent, topic, status)
      },
    ),
  }
}
