/** A part of the composition root: messages, requests, check-ins and claims. */
import {approvalMethods} from '../rpc/methods/approvals.js'
import {checkInMethods} from '../rpc/methods/check-ins.js'
import {claimMethods} from '../rpc/methods/claims.js'
import {talkMethods} from '../rpc/methods/messages.js'
import {CheckIns} from '../services/check-ins/check-ins.js'
import {HeldClaims} from '../services/claims/held-claims.js'
import {MessageArchiver} from '../services/messages/archive.js'
import {ComposerDelivery} from '../services/messages/composer.js'
import {MessageDelivery} from '../services/messages/delivery.js'
import {MessageExpiry} from '../services/messages/expiry.js'
import {DeliveryRecovery} from '../services/messages/recover-deliveries.js'
import {Requests} from '../services/requests/requests.js'
import {StatusReports} from '../services/requests/status-reports.js'
import type {Agents} from './agents.js'
import type {Briefing} from './briefing.js'
import type {Projects} from './projects.js'
import type {Base} from './record.js'
import type {Verification} from './verification.js'

interface MessageParts extends Base {
  readonly agents: Agents
  readonly briefing: Briefing
  readonly verification: Verification
  readonly projects: Projects
}

export type Messages = ReturnType<typeof composeMessages>

/** @returns `recurring`: what is to be done when time has passed; `methods` of the socket */
export function composeMessages({machine, services, records, agents, briefing, verification, projects}: MessageParts) {
  const base = {...machine, ...services, ...records}
  const offering = new ComposerDelivery(base)
  const post = new MessageDelivery({...base, offering})
  const archive = new MessageArchiver(base)
  const approvals = new Requests(base)
  const checkIns = new CheckIns({
    ...base,
    look: (id) => agents.watch.readTranscripts(id),
    question: (project, agent) => briefing.briefings.text(project, agent, 'checkin'),
  })
  return {
    post,
    offers: new DeliveryRecovery({...base, post, offering}),
    recurring: {requests: approvals, checkIns, archive, expiry: new MessageExpiry(base), heldClaims: new HeldClaims(base)},
    methods: {
      ...talkMethods({...base, post, archive, commandsOf: (kind) => services.drivers.get(kind)?.commands ?? []}),
      ...claimMethods({...verification, ...projects, reports: new StatusReports(base)}),
      ...approvalMethods({...base, approvals}),
      ...checkInMethods({...base, checkIns}),
    },
  }
}
