/** A part of the composition root: messages, requests, check-ins and claims. */
import type {AgentDriver, Clock, Ids} from '@orch/plugin-kit'
import type {Files} from '../domain/ports/files.js'
import type {Store} from '../domain/ports/store.js'
import type {Methods} from '../rpc/method.js'
import {approvalMethods} from '../rpc/methods/approvals.js'
import {checkInMethods} from '../rpc/methods/check-ins.js'
import {claimMethods} from '../rpc/methods/claims.js'
import {talkMethods} from '../rpc/methods/messages.js'
import type {AgentEvents} from '../services/agents/agent-events.js'
import type {Briefings} from '../services/briefing/write.js'
import type {Claims} from '../services/claims/claims.js'
import type {ChangeFeed} from '../services/record/change-feed.js'
import {HeldClaims} from '../services/claims/held-claims.js'
import type {MessageDelivery} from '../services/messages/delivery.js'
import type {ProjectControl} from '../services/projects/project-control.js'
import type {Recorder} from '../services/record/recorder.js'
import type {ProjectFinder} from '../services/status/find-project.js'
import {Requests} from '../services/requests/requests.js'
import {CheckIns} from '../services/check-ins/check-ins.js'
import {MessageArchiver} from '../services/messages/archive.js'
import {MessageExpiry} from '../services/messages/expiry.js'
import {StatusReports} from '../services/requests/status-reports.js'
import type {Archive} from '../domain/ports/message-archive.js'
import type {Project} from '../domain/model/project.js'

interface TalkParts {
  readonly store: Store
  readonly recorder: Recorder
  readonly feed: ChangeFeed
  readonly rollCall: ProjectFinder
  readonly post: MessageDelivery
  readonly watch: AgentEvents
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
  const archive = new MessageArchiver({recorder, archive: parts.archive, clock})
  const approvals = new Requests({recorder, clock, ids})
  const checkIns = new CheckIns({
    ...parts,
    look: (id) => watch.readTranscripts(id),
    question: (project, agent) => briefings.text(project, agent, 'checkin'),
  })
  return {
    sweeps: [approvals, checkIns, new MessageExpiry({recorder, clock, ids}), new HeldClaims({recorder, clock, ids}), archive],
    methods: {
      ...talkMethods({...parts, archive, commandsOf: (kind) => drivers.get(kind)?.commands ?? []}),
      ...claimMethods({...parts, reports: new StatusReports({recorder, ids})}),
      ...approvalMethods({...parts, approvals}),
      ...checkInMethods({...parts, checkIns}),
    },
  }
}
