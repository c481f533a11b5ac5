import {AGENT_STATES, MERGE_STATES, MESSAGE_STATES, PROJECT_STATES, type HeldBy, type Owes} from '@orch/plugin-kit'
import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect} from 'chai'
import fc from 'fast-check'
import {ownCheckIn} from '../../src/domain/check-in.js'
import {needsOf} from '../../src/domain/need.js'
import {nextEventOf} from '../../src/domain/next-event.js'
import {isFinished} from '../../src/domain/project-states.js'
import {followStalls} from '../../src/domain/stall.js'
import {aClaim, aMerge, aMessage, anAgent, anApproval, aProject, aRun, EPOCH} from '../support/builders.js'
import type {Project} from '../../src/domain/model/project.js'
import {MESSAGE_KINDS, type Message} from '../../src/domain/model/message.js'
import {INCIDENT_CAUSES, type Incident, type EscalationStep} from '../../src/domain/model/incident.js'
import type {CheckIn} from '../../src/domain/model/check-in.js'
import type {Approval} from '../../src/domain/model/request.js'
import type {Agent, WaitingFor} from '../../src/domain/model/agent.js'

const MINUTE = 60_000
const ROLES = ['developer', 'tester', 'orchestrator', 'reviewer'] as const
const IDS = ROLES.map((role) => `a_${role}`)
const HELD: readonly (HeldBy | null)[] = [null, 'person', 'draft', 'dialog', 'limit', 'dead', 'mode']
const STEPS: readonly EscalationStep[] = ['seen', 'nudge', 're-brief', 'restart', 'hub', 'person']

const time = fc.integer({min: 0, max: 600}).map((minutes) => EPOCH - minutes * MINUTE)
const party = fc.constantFrom(...IDS, 'person', 'orch')

function waitingFor(state: Agent['state'], kind: number, at: number): WaitingFor | null {
  const none = {until: null, holder: null}
  if (state === 'waiting-port')
    return [null, {what: 'port' as const, ...none}, {what: 'port' as const, ...none, needsYouSince: at}][kind % 3]!
  if (state === 'needs-input') return {what: kind % 2 ? 'dialog' : 'person', ...none}
  if (state !== 'limited') return null
  const account = {id: 'one', login: null}
  return [
    {what: 'limit' as const, ...none},
    {what: 'limit' as const, until: at, holder: null, cause: 'plan' as const},
    {what: 'login' as const, ...none, account},
    {what: 'billing' as const, ...none, account},
  ][kind % 4]!
}

const agent = (role: string): fc.Arbitrary<Agent> =>
  fc
    .record({
      state: fc.constantFrom(...AGENT_STATES),
      owes: fc.constantFrom<Owes>('commits', 'report', 'nothing'),
      mergeAfter: fc.subarray([...ROLES]),
      verdict: fc.constantFrom('pending' as const, 'holds' as const, 'rejected' as const, null),
      rejections: fc.nat(3),
      restarts: fc.nat(4),
      exitCode: fc.constantFrom(null, 0, 1),
      kind: fc.nat(11),
      restart: fc.boolean(),
      at: time,
    })
    .map(({verdict, kind, restart, at, ...fields}) =>
      anAgent({
        ...fields,
        role,
        since: at,
        evidence: {source: 'hook', what: 'what it does', at},
        claim: verdict && aClaim({verdict, at}),
        waitingFor: waitingFor(fields.state, kind, at),
        run: fields.state === 'planned' ? null : aRun(),
        ...(restart && kind === 0 ? {context: {restart: {why: 'stuck', fresh: false}}} : {}),
      }),
    )

const message: fc.Arbitrary<Message> = fc
  .record({
    from: party,
    to: fc.constantFrom(...IDS),
    kind: fc.constantFrom(...MESSAGE_KINDS),
    state: fc.constantFrom(...MESSAGE_STATES),
    blockedBy: fc.constantFrom(...HELD),
    at: time,
  })
  .map(({at, blockedBy, state, ...fields}) =>
    aMessage({
      ...fields,
      state,
      id: `m_${at}`,
      acceptedAt: at,
      ...(state === 'accepted' ? {blockedBy, blockedSince: blockedBy && at} : {}),
      ...(state === 'offered' ? {offeredAt: at} : {}),
      ...(state === 'submitted' ? {offeredAt: at, submittedAt: at} : {}),
      ...(state === 'acknowledged' ? {acknowledgedAt: at} : {}),
    }),
  )

const approval: fc.Arbitrary<Approval> = fc
  .record({
    from: party,
    approver: fc.constantFrom(...IDS, 'person'),
    state: fc.constantFrom('pending' as const, 'approved' as const),
    at: time,
  })
  .map(({at, approver, ...fields}) =>
    anApproval({...fields, approver, id: `q_${at}`, askedAt: at, deadline: approver === 'person' ? null : at + 900_000}),
  )

const checkIn: fc.Arbitrary<CheckIn> = fc
  .record({agent: fc.constantFrom(...IDS), by: fc.constantFrom('orch', 'person', ...IDS), misses: fc.nat(4), nextAt: time})
  .map(({agent: asked, ...fields}) => ({...ownCheckIn(`s_${fields.nextAt}`, asked, 30), ...fields}))

const incident: fc.Arbitrary<Incident> = fc.record({
  cause: fc.constantFrom(...INCIDENT_CAUSES),
  agent: fc.constantFrom(...IDS),
  about: fc.constant(null),
  what: fc.constant('what is wrong'),
  openedAt: time,
  step: fc.constantFrom(...STEPS),
  stepAt: time,
})

const project: fc.Arbitrary<Project> = fc
  .record({
    state: fc.constantFrom(...PROJECT_STATES),
    resumeTo: fc.constantFrom('starting' as const, 'running' as const, 'verifying' as const),
    agents: fc.tuple(...ROLES.map(agent)).chain((all) => fc.subarray(all, {minLength: 1})),
    messages: fc.uniqueArray(message, {maxLength: 6, selector: ({id}) => id}),
    requests: fc.uniqueArray(approval, {maxLength: 2, selector: ({id}) => id}),
    checkIns: fc.uniqueArray(checkIn, {maxLength: 4, selector: ({id}) => id}),
    incidents: fc.uniqueArray(incident, {maxLength: 3, selector: ({cause, agent: about}) => `${cause} ${about}`}),
    merge: fc.constantFrom(...MERGE_STATES),
  })
  .map(({resumeTo, merge, ...fields}) =>
    aProject({
      ...fields,
      merges: [aMerge({state: merge})],
      resumeTo: ['paused', 'blocked', 'waiting-credits', 'waiting-port'].includes(fields.state) ? resumeTo : null,
      verification: {verified: false, evidence: [], candidate: 'base'} as unknown as Project['verification'],
    }),
  )

describe('what happens next', () => {
  it('is an agent at work, a time of orch, or a person, whatever a record of an unfinished project holds', () => {
    fc.assert(
      fc.property(project, (made) => {
        const settled = followStalls(made, EPOCH).project
        const next = nextEventOf(settled, EPOCH)
        if (isFinished(settled.state)) expect(next).to.equal(null)
        else expect(next?.by).to.be.oneOf(['agents', 'orch', 'person'])
      }),
      {numRuns: 3_000, seed: 20_260_701},
    )
  })

  it("is a person's only with a command that exists", () => {
    const root = fileURLToPath(new URL('../..', import.meta.url))
    const exists = (command: string) => {
      const [, ...words] = command.split(' ')
      return [words.slice(0, 1), words.slice(0, 2)].some((path) =>
        ['src/commands', 'plugins/claude-oauth/src/commands'].some((folder) => existsSync(join(root, folder, `${path.join('/')}.ts`))),
      )
    }
    fc.assert(
      fc.property(project, (made) => {
        for (const {commands, what} of needsOf(followStalls(made, EPOCH).project, EPOCH)) {
          expect(commands, what).not.to.deep.equal([])
          for (const command of commands) expect(exists(command), command).to.equal(true)
        }
      }),
      {numRuns: 300, seed: 20_260_701},
    )
  })
})
