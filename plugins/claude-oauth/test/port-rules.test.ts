import {expect} from 'chai'
import fc from 'fast-check'
import {CONTRACT} from '../src/contract.js'
import {budgetEnd, isFree, judgeStart, type Observation, type StartQuestion} from '../src/port-rules.js'
import {settingsOf} from '../src/settings.js'

const T = 1_700_000_000_000
const LEASE_OF_OTHER = {run: 'r_other', agent: 'a_other', takenAt: T}
const around = fc.integer({min: T - 200_000, max: T + 200_000})
const maybe = fc.option(around, {nil: null})
const observations = fc.array(fc.record({gap: fc.integer({min: 1, max: 2_000}), free: fc.boolean()}), {maxLength: 8}).chain((steps) =>
  around.map((end) => {
    let at = end
    const list: Observation[] = []
    for (const {gap, free} of steps) {
      list.unshift({at, free})
      at -= gap
    }
    return list
  }),
)
const question: fc.Arbitrary<StartQuestion> = fc.record({
  port: fc.constant(3000),
  run: fc.constant('r_1'),
  askedAt: around,
  killedAt: maybe,
  exitedAt: maybe,
  lease: fc.option(fc.constant({run: 'r_1', agent: 'a_1', takenAt: T}), {nil: null}),
  now: around,
  observations,
})
/** Looked at twice just now. */
const seen = (now: number, free: boolean): Observation[] => [
  {at: now - 250, free},
  {at: now, free},
]
const freshly = question.chain((q) => fc.boolean().map((free) => ({...q, observations: seen(q.now, free)})))

describe('port rules', () => {
  it('never clears before killedAt + 30 s', () => {
    fc.assert(
      fc.property(fc.oneof(question, freshly), (q) => {
        if (q.killedAt !== null && q.now < q.killedAt + 30_000) expect(judgeStart(q)).not.to.equal('clear')
      }),
      {numRuns: 2_000},
    )
  })

  it('never clears, nor gives up, while another run has the lease', () => {
    fc.assert(
      fc.property(fc.oneof(question, freshly), (q) => {
        const answer = judgeStart({...q, lease: LEASE_OF_OTHER})
        expect(answer).to.include({overBudget: false})
        expect(answer).to.have.property('why').that.includes('a_other')
      }),
    )
  })

  it('clears as soon as no lease, no floor and two free observations stand in no way', () => {
    fc.assert(
      fc.property(question, (q) => {
        const floor = q.killedAt === null ? 0 : q.killedAt + 30_000
        fc.pre(q.now >= floor)
        expect(judgeStart({...q, observations: seen(q.now, true)})).to.equal('clear')
      }),
    )
  })

  it('clears only on two free observations at least 200 ms apart, the newest at most 1 s old', () => {
    fc.assert(
      fc.property(fc.oneof(question, freshly), (q) => {
        if (judgeStart(q) !== 'clear') return
        const newest = q.observations.at(-1)!
        expect(newest.free).to.equal(true)
        expect(q.now - newest.at).to.be.at.most(1_000)
        const lastBusy = q.observations.findLastIndex(({free}) => !free)
        const run = q.observations.slice(lastBusy + 1)
        expect(newest.at - run[0]!.at).to.be.at.least(200)
      }),
      {numRuns: 5_000},
    )
  })

  it('gives up the free port alone, at the end of the budget of the contract and not before', () => {
    fc.assert(
      fc.property(question, (q) => {
        const busy = {...q, observations: seen(q.now, false)}
        const answer = judgeStart(busy)
        const ends = [q.askedAt + 45_000]
        if (q.killedAt !== null) ends.push(Math.max(q.askedAt, q.killedAt) + 45_000)
        if (q.exitedAt !== null) ends.push(Math.max(q.askedAt, q.exitedAt) + 60_000)
        const inFloor = q.killedAt !== null && q.now < q.killedAt + 30_000
        expect(budgetEnd(q)).to.equal(Math.max(...ends))
        expect(answer).to.have.property('overBudget', !inFloor && q.now >= Math.max(...ends))
      }),
      {numRuns: 2_000},
    )
  })

  it('always names a later time to ask again', () => {
    fc.assert(
      fc.property(fc.oneof(question, freshly), (q) => {
        const answer = judgeStart(q)
        if (answer !== 'clear') expect(answer.notBefore).to.be.greaterThan(q.now)
      }),
      {numRuns: 2_000},
    )
  })

  /** Plays the loop of core: look, ask, sleep to `notBefore`. @returns when it ended and how */
  function play(asked: Partial<StartQuestion>, freeAt: number): {at: number; given: 'clear' | 'up'} {
    let now = asked.askedAt ?? T
    let looks: Observation[] = []
    for (;;) {
      looks = [...looks, {at: now, free: now >= freeAt}]
      const base = {port: 3000, run: 'r_1', askedAt: T, killedAt: null, exitedAt: null, lease: null}
      const answer = judgeStart({...base, ...asked, now, observations: looks})
      if (answer === 'clear') return {at: now, given: 'clear'}
      if (answer.overBudget) return {at: now, given: 'up'}
      now = answer.notBefore
    }
  }

  it('lets a free port through in 200 ms', () => {
    expect(play({}, 0)).to.deep.equal({at: T + 200, given: 'clear'})
  })

  it('overlaps floor and budget: a port free all along starts exactly at the floor, a taken one is given up 45 s after the kill', () => {
    expect(play({killedAt: T}, 0)).to.deep.equal({at: T + 30_000, given: 'clear'})
    expect(play({killedAt: T}, Infinity)).to.deep.equal({at: T + 45_000, given: 'up'})
    expect(play({killedAt: T - 20_000}, Infinity)).to.deep.equal({at: T + 45_000, given: 'up'})
    expect(play({killedAt: T - 20_000}, 0)).to.deep.equal({at: T + 10_000, given: 'clear'})
  })

  it('gives 60 s after an exit, counted from the later of question and exit', () => {
    expect(play({exitedAt: T - 5_000}, Infinity)).to.deep.equal({at: T + 60_000, given: 'up'})
    expect(play({exitedAt: T + 3_000, killedAt: T}, Infinity)).to.deep.equal({at: T + 63_000, given: 'up'})
  })

  it('starts within a poll and a confirmation of the port coming free', () => {
    fc.assert(
      fc.property(fc.integer({min: 1, max: 44_000}), (ms) => {
        const {at, given} = play({}, T + ms)
        expect(given).to.equal('clear')
        expect(at - (T + ms)).to.be.within(CONTRACT.observationGapMs, CONTRACT.pollMs + CONTRACT.observationGapMs)
      }),
    )
  })

  it('asks for more observations when the configuration does', () => {
    const three = {...CONTRACT, freeObservations: 3}
    expect(isFree(seen(T, true), T, three)).to.equal(false)
    expect(isFree([{at: T - 500, free: true}, ...seen(T, true)], T, three)).to.equal(true)
  })
})

describe('oauth settings', () => {
  it('are never below the contract, whatever the configuration says', () => {
    fc.assert(
      fc.property(fc.integer({min: -1, max: 200_000}), (value) => {
        const settings = settingsOf({
          killBudgetMs: value,
          exitBudgetMs: value,
          killFloorMs: value,
          mcpStageMs: value,
          freeObservations: value,
        })
        expect(settings.killBudgetMs).to.equal(Math.max(45_000, value))
        expect(settings.exitBudgetMs).to.equal(Math.max(60_000, value))
        expect(settings.killFloorMs).to.equal(Math.max(30_000, value))
        expect(settings.mcpStageMs).to.equal(Math.max(60_000, value))
        expect(settings.freeObservations).to.equal(Math.max(2, value))
      }),
    )
  })

  it('hold the values of the specification', () => {
    expect(CONTRACT).to.deep.equal({
      killBudgetMs: 45_000,
      exitBudgetMs: 60_000,
      killFloorMs: 30_000,
      mcpStageMs: 60_000,
      freeObservations: 2,
      observationGapMs: 200,
      observationMaxAgeMs: 1_000,
      pollMs: 500,
      progressMs: 8_000,
      holderProbeMs: 20_000,
      defaultPort: 3000,
    })
  })
})
