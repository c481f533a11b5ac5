import {expect} from 'chai'
import type {EventType} from '../../src/domain/event.js'
import {eventLine} from '../../src/view/event-view.js'

const AT = new Date(2026, 2, 1, 18, 30, 5).getTime()

describe('eventLine', () => {
  const line = (type: EventType, data: Record<string, unknown>, agent: string | null = 'a_1', now = AT) =>
    eventLine({at: AT, project: 'p_1', revision: 1, type, agent, data}, (id) => (id === 'a_1' ? 'developer' : id), now)

  it('begins with the local time, the type and the role', () => {
    expect(line('claim', {message: 'all of it works'})).to.equal('18:30:05  claim          developer: claims: all of it works')
  })

  it('has the date of another day', () => {
    expect(line('claim', {message: 'x'}, 'a_1', AT + 86_400_000)).to.match(/^2026-03-01 18:30:05 {2}claim/)
  })

  for (const [type, data, words] of [
    ['checkin', {id: 's_1', everyMinutes: 30, nextAt: AT + 1_800_000}, 'check-in planned, every 30 min, next in 30 min'],
    ['checkin', {id: 's_1', what: 'given', everyMinutes: null, nextAt: null, by: 'person'}, 'check-in given'],
    ['approval', {id: 'q_1', to: 'asked', approver: 'a_1', by: ''}, 'request q_1 to developer is asked'],
    ['approval', {id: 'q_1', to: 'denied', approver: 'person', by: 'person'}, 'request q_1 to person is denied, by person'],
    ['denial', {what: 'Write', count: 2}, 'was denied Write (2 times in all)'],
    ['report', {topic: 'parser', status: 'half done'}, 'reports parser: half done'],
    ['incident', {cause: 'stuck', step: 'nudge', what: 'no sign of life for 10 min'}, 'nudge: no sign of life for 10 min'],
    ['incident', {account: 'x', problem: 'login', what: 'the login expired'}, 'login: the login expired'],
    ['incident', {silent: 'developer has not answered 3 check-ins'}, 'developer has not answered 3 check-ins'],
    ['deletion', {what: 'window w', why: 'no record has it', result: 'removed'}, 'window w: removed (no record has it)'],
    ['agent.state', {from: 'idle', to: 'working', evidence: {what: 'a\nb'}}, 'idle → working (a b)'],
    ['oauth.start', {port: 3000, waitedMs: 45_200, givenUp: 'watched'}, 'starts on port 3000 after 45.2 s without a free port (watched)'],
  ] as const) {
    it(`says of a ${type}: ${words}`, () => expect(line(type, data).slice('18:30:05  '.length + 15)).to.equal(`developer: ${words}`))
  }

  it('names nobody for the project as a whole', () => {
    expect(line('project.state', {from: null, to: 'queued'}, null)).to.equal('18:30:05  project.state  new → queued')
  })
})
