import {OrchError} from '@orch/plugin-kit'
import type {SupervisorClient} from '@orch/plugin-kit/command'
import {expect} from 'chai'
import type {PlannedRun, RunRequest} from '../../src/services/planning/run-request.js'
import {makePlan} from '../../src/view/make-plan.js'
import {failureOf, refusal} from '../support/failure.js'

type Item = {readonly progress: string} | {readonly planned: PlannedRun} | Error

const PLANNED = {planFile: '/plan.json'} as PlannedRun
const LOST = new OrchError('ORCH_SUPERVISOR', {why: 'socket hang up', log: '/log'})

describe('makePlan', () => {
  let told: string[]
  let asked: {method: string; params: object; signal: AbortSignal | undefined}[]
  beforeEach(() => {
    told = []
    asked = []
  })

  /** @param attempts what the stream of each attempt brings */
  const make = (attempts: readonly (readonly Item[])[], signal?: AbortSignal) => {
    const client = {
      stream: async function* (method: string, params: object, options: {signal?: AbortSignal}) {
        asked.push({method, params, signal: options.signal})
        for (const item of attempts[asked.length - 1]!) {
          if (item instanceof Error) throw item
          yield item
        }
      },
    } as unknown as SupervisorClient
    return makePlan(client, {spec: '/spec.md'} as RunRequest, (line) => void told.push(line), signal)
  }

  it('tells how it goes on, and brings the plan', async () => {
    expect(await make([[{progress: 'one'}, {progress: ''}, {planned: PLANNED}, {progress: 'too late'}]])).to.equal(PLANNED)
    expect(told).to.deep.equal(['one', ''])
    expect(asked).to.deep.equal([{method: 'project.plan', params: {spec: '/spec.md'}, signal: undefined}])
  })

  for (const [what, first] of [
    ['dies over it', [{progress: 'one'}, LOST]],
    ['goes away without a word', [{progress: 'one'}]],
  ] as const) {
    it(`asks again when the supervisor ${what}: nothing is stored before the plan is there`, async () => {
      expect(await make([first, [{progress: 'two'}, {planned: PLANNED}]])).to.equal(PLANNED)
      expect(told).to.deep.equal(['one', 'two'])
    })
  }

  it('asks no second time for what was refused', async () => {
    await refusal('ORCH_NO_AGENT', make([[new OrchError('ORCH_NO_AGENT', {wanted: 'auto', found: []})]]))
    expect(asked).to.have.length(1)
  })

  it('asks no second time when nobody wants it any more', async () => {
    const gone = AbortSignal.abort()
    expect(await failureOf(make([[LOST]], gone))).to.equal(LOST)
    expect(asked.map(({signal}) => signal)).to.deep.equal([gone])
  })
})
