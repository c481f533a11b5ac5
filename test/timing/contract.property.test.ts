import {expect} from 'chai'
import fc from 'fast-check'
import {FAULTS} from './simulation/faults.js'
import {judge} from './simulation/oracle.js'
import {play} from './simulation/play.js'
import {stories} from './simulation/story.js'

/** A tenth in the gate, the whole under `npm run soak`. */
const STORIES = Number(process.env['ORCH_SOAK_STORIES'] ?? 400)
/** Stories within which each broken rule must be found out. */
const MUTANT_STORIES = Number(process.env['ORCH_SOAK_MUTANT_STORIES'] ?? 400)

describe(`the OAuth timing contract in ${STORIES} random stories`, function () {
  this.timeout(30 * 60_000)

  it('is kept in every one, by the record alone', async () => {
    const property = fc.asyncProperty(stories, async (story) => {
      expect(judge(story, await play(story))).to.deep.equal([])
    })
    await fc.assert(property, {numRuns: STORIES, ...seeded()})
  })

  for (const [rule, faults] of Object.entries(FAULTS)) {
    it(`is seen broken when it is: ${rule}`, async () => {
      const property = fc.asyncProperty(stories, async (story) => judge(story, await play(story, faults)).length === 0)
      // Any counterexample will do: none is made smaller.
      const {failed} = await fc.check(property, {numRuns: MUTANT_STORIES, endOnFailure: true, ...seeded()})
      expect(failed, `no story of ${MUTANT_STORIES} shows it`).to.equal(true)
    })
  }
})

/** The gate plays the same stories every time; the soak other ones. */
function seeded(): {seed?: number} {
  return process.env['ORCH_SOAK_STORIES'] ? {} : {seed: 20_260_701}
}
