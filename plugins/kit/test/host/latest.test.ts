import {expect} from 'chai'
import fc from 'fast-check'
import type {Answer, GateAnswer} from '../../src/index.js'
import {latestOf} from '../../src/host/latest.js'

const gateAnswer = fc.oneof(
  fc.constant<GateAnswer>('clear'),
  fc.integer().map((notBefore): GateAnswer => ({notBefore, why: 'w', holder: null})),
)
const answers = fc.array(gateAnswer).map((values) => values.map((value, index): Answer<GateAnswer> => ({plugin: `p${index}`, value})))
const timeOf = (answer: GateAnswer) => (answer === 'clear' ? -Infinity : answer.notBefore)

describe('latestOf', () => {
  it('is never earlier than any answer, and is one of them', () => {
    fc.assert(
      fc.property(answers, (all) => {
        const latest = latestOf(all)
        expect(timeOf(latest)).to.equal(Math.max(-Infinity, ...all.map(({value}) => timeOf(value))))
      }),
    )
  })
})
