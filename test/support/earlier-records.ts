import fc from 'fast-check'
import {AGENT_STATES, MESSAGE_STATES, PROJECT_STATES} from '@orch/plugin-kit'
import {MESSAGE_KINDS} from '../../src/domain/model/message.js'
import {INCIDENT_CAUSES} from '../../src/domain/model/incident.js'
import type {StoredRecord} from '../../src/adapters/migrations/stored-record.js'

const word = fc.string({maxLength: 12})
const time = fc.integer({min: 1_700_000_000_000, max: 1_800_000_000_000})
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, {nil: null})
const evidence = fc.record({source: fc.constantFrom('hook', 'orch'), what: word, at: time})

/** Fields that each record has, and those that came to shape 1 later. */
const grown = <A, B>(always: {[K in keyof A]: fc.Arbitrary<A[K]>}, later: {[K in keyof B]: fc.Arbitrary<B[K]>}) =>
  fc.tuple(fc.record(always), fc.record(later, {requiredKeys: []})).map(([one, other]): StoredRecord => ({...one, ...other}))

const care = fc.record(
  {
    lostContext: fc.constantFrom('compact', 'clear'),
    warned: fc.boolean(),
    restart: fc.record({why: word, fresh: fc.boolean()}),
    rescues: fc.nat(9),
    handedOver: fc.boolean(),
    refused: fc.constantFrom('exists', 'missing', 'both'),
  },
  {requiredKeys: []},
)

const agent = grown(
  {
    ...{id: word, role: word, title: word, kind: word, branch: word, worktree: word, directory: word, conversation: word},
    owes: fc.constantFrom('commits', 'report', 'nothing'),
    after: fc.array(word, {maxLength: 3}),
    state: fc.constantFrom(...AGENT_STATES),
    evidence,
    window: maybe(word),
    pane: maybe(word),
    conversed: fc.boolean(),
    transcript: maybe(fc.record({path: word, position: fc.nat()})),
    run: maybe(fc.record({id: word, token: word, process: fc.constant(null), startedAt: time})),
    exitCode: maybe(fc.nat(255)),
    restarts: fc.nat(9),
    waitingFor: maybe(fc.record({what: fc.constantFrom('port', 'dialog'), until: maybe(time), holder: fc.constant(null)})),
    portBlock: fc.record({from: fc.nat(60_000), to: fc.nat(60_000)}),
    oauthPort: fc.nat(60_000),
    options: fc.dictionary(word, word, {maxKeys: 2}),
    claim: maybe(fc.record({message: word, at: time})),
    rejections: fc.nat(9),
  },
  {costUsd: maybe(fc.double({min: 0, max: 99, noNaN: true})), care, returns: fc.nat(9), since: time, wakes: fc.array(word, {maxLength: 2})},
)

const message = grown(
  {
    ...{id: word, from: word, sender: word, to: word, text: word},
    kind: fc.constantFrom(...MESSAGE_KINDS),
    state: fc.constantFrom(...MESSAGE_STATES),
    heldBy: maybe(fc.constantFrom('draft', 'dialog', 'limit')),
    offeredTo: maybe(word),
    acceptedAt: time,
    ...{offeredAt: maybe(time), submittedAt: maybe(time), acknowledgedAt: maybe(time), readAt: maybe(time)},
  },
  {
    priority: fc.constantFrom('low', 'normal', 'high', 'urgent'),
    ...{cause: maybe(word), reason: maybe(word), file: maybe(word)},
    ...{hops: fc.nat(9), offers: fc.nat(9), heldSince: maybe(time), expiresAt: maybe(time)},
  },
)

const incident = grown(
  {
    ...{cause: fc.constantFrom(...INCIDENT_CAUSES), agent: maybe(word), about: maybe(word), what: word},
    ...{openedAt: time, rung: fc.constantFrom('seen', 'nudge', 'person'), rungAt: time},
  },
  {taken: fc.nat(9), commands: fc.array(word, {maxLength: 2})},
)

const approval = fc.record({
  ...{id: word, from: word, asker: word, approver: word, question: word},
  ...{timeoutMs: fc.nat(), deadline: maybe(time), fallback: maybe(word)},
  state: fc.constantFrom('pending', 'approved', 'withdrawn'),
  escalated: fc.array(word, {maxLength: 2}),
  ...{answer: maybe(word), answeredBy: maybe(word), askedAt: time, answeredAt: maybe(time)},
})

const checkIn = grown(
  {agent: word, everyMinutes: maybe(fc.nat(90)), nextAt: time},
  {id: word, note: maybe(word), by: word, misses: fc.nat(9), given: fc.nat(9), seen: fc.constant(null)},
)

/** Records of shape 1, as orch wrote them before shapes were numbered: each field that came later may be missing. */
export function earlierRecords(): fc.Arbitrary<StoredRecord> {
  return grown(
    {
      schema: fc.constant(1),
      revision: fc.nat(),
      ...{id: word, name: word, slug: word, directory: word, base: word},
      state: fc.constantFrom(...PROJECT_STATES),
      reason: maybe(word),
      evidence,
      resumeTo: maybe(word),
      spec: fc.record({path: word, digest: word}),
      repository: fc.record({root: word, mainRoot: word, commonDir: word}),
      parentBranch: maybe(word),
      integration: fc.record({branch: word, sha: maybe(word)}),
      options: grown(
        {merge: fc.constant('integration'), budget: maybe(grown({usd: fc.nat(9)}, {plannerUsd: maybe(fc.nat(9))}))},
        {talk: fc.record({perMinute: fc.nat(99)})},
      ),
      tmux: fc.record({socket: word, session: maybe(word)}),
      agents: fc.array(agent, {maxLength: 3}),
      merges: fc.constant([]),
      messages: fc.array(message, {maxLength: 4}),
      checkIns: fc.array(checkIn, {maxLength: 2}),
      verification: fc.constant(null),
      ...{createdAt: time, startedAt: maybe(time), updatedAt: time, finishedAt: maybe(time)},
    },
    {key: word, approvals: fc.array(approval, {maxLength: 2}), reports: fc.constant([]), incidents: fc.array(incident, {maxLength: 2})},
  )
}
