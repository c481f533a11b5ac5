/** A part of the composition root: messages, requests, check-ins and claims. */
import type {AgentDriver, Clock, Ids} from '@orch/plugin-kit'
import type {Files} from '../domain/ports/files.js'
import type {Project} from '../domain/project.js'
import type {Store} from '../domain/ports/store.js'
import type {Methods} from '../rpc/method.js'
import {approvalMethods} from '../rpc/methods/approvals.js'
import {checkInMethods} from '../rpc/methods/check-ins.js'
import {claimMethods} from '../rpc/methods/claims.js'
import {talkMethods} from '../rpc/methods/messages.js'
import type {AgentWatch} from '../services/agents/agent-events.js'
import type {Briefings} from '../services/briefing/write.js'
import type {Claims} from '../services/claims/claims.js'
import type {Feed} from '../services/record/change-feed.js'
import {HeldClaims} from '../services/claims/held-claims.js'
import type {Post} from '../services/messages/delivery.js'
import type {ProjectControl} from '../services/projects/project-control.js'
import type {Recorder} from '../services/record/recorder.js'
import type {RollCall} from '../services/status/find-project.js'
import {Approvals} from '../services/requests/requests.js'
import {CheckIns} from '../services/check-ins/check-ins.js'
import {MailArchive, type Archive} from '../services/messages/archive.js'
import {MailSweep} from '../services/messages/expiry.js'
import {StatusReports} from '../services/requests/status-reports.js'

interface TalkParts {
  readonly store: Store
  readonly recorder: Recorder
  readonly feed: Feed
  readonly rollCall: RollCall
  readonly post: Post
  readonly watch: AgentWatch
  readonly briefings: Briefings
  readonly claims: Claims
  readonly control: ProjectControl
  readonly drivers: ReadonlyMap<string, AgentDriver>
  readonly files: Files
  readonly clock: Clock
  readonly ids: Ids
  readonly archive: Archive
}

/** @returns what is to be done when time has passed, and the methods of the socket */
export function composeTalk(parts: TalkParts): {sweeps: readonly {sweep(project: Project): Promise<void>}[]; methods: Methods} {
  const {recorder, watch, briefings, drivers, clock, ids} = parts
  const archive = new MailArchive({recorder, archive: parts.archive, clock})
  const approvals = new Approvals({recorder, clock, ids})
  const checkIns = new CheckIns({
    ...parts,
    look: (id) => watch.readTranscripts(id),
    question: (project, agent) => briefings.text(project, agent, 'checkin'),
  })
  return {
    sweeps: [approvals, checkIns, new MailSweep({recorder, clock, ids}), new HeldClaims({recorder, clock, ids}), archive],
    methods: {
      ...talkMethods({...parts, archive, commandsOf: (kind) => drivers.get(kind)?.commands ?? []}),
      ...claimMethods({...parts, reports: new StatusReports({recorder, ids})}),
      ...approvalMethods({...parts, approvals}),
      ...checkInMethods({...parts, checkIns}),
    },
  }
}
