import {expect} from 'chai'
import {parseDeadline} from '../../src/view/parse-deadline.js'
import {refusal} from '../support/failure.js'

/** Half past two in the afternoon, here. */
const NOW = new Date(2030, 0, 31, 14, 30).getTime()
const parse = (text: string) => parseDeadline(text, '--deadline', NOW)

describe('parseDeadline', () => {
  for (const [text, at] of [
    ['18:30', new Date(2030, 0, 31, 18, 30)],
    ['9:05', new Date(2030, 1, 1, 9, 5)],
    ['14:30', new Date(2030, 1, 1, 14, 30)],
    ['00:00', new Date(2030, 1, 1, 0, 0)],
    ['2030-02-01T06:00', new Date(2030, 1, 1, 6, 0)],
    ['90m', new Date(NOW + 90 * 60_000)],
    ['2h', new Date(NOW + 7_200_000)],
    ['12s', new Date(NOW + 12_000)],
  ] as const) {
    it(`takes ${text}`, () => expect(new Date(parse(text))).to.deep.equal(at))
  }

  for (const text of ['', '25:00', '12:60', 'noon', '30', '2030-13-01T00:00', '-2h', '2 days', '2030-01-31T14:30']) {
    it(`refuses ${JSON.stringify(text)}`, async () => expect((await refusal('ORCH_USAGE', () => parse(text))).exit).to.equal(2))
  }
})
