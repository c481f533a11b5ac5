import {expect} from 'chai'
import {runChaos} from './driver.js'

/** The short form has one seed and few seconds; `npm run soak -- chaos` runs for minutes with a seed of its own. */
const SECONDS = Number(process.env['ORCH_SOAK_CHAOS_SECONDS'] ?? 20)
const IS_LONG = process.env['ORCH_SOAK_CHAOS_SECONDS'] !== undefined
const SEED = Number(process.env['ORCH_SOAK_CHAOS_SEED'] ?? (IS_LONG ? Date.now() % 1_000_000 : 12))
const PATIENCE_MS = IS_LONG ? 300_000 : 90_000

describe(`faults at random for ${SECONDS} s, seed ${SEED}`, function () {
  this.timeout(SECONDS * 1_000 + 2 * PATIENCE_MS)

  it('lose no record, commit or message, repeat none, leave the person in peace, and stall no project', async () => {
    const journal = await runChaos({
      seed: SEED,
      ms: SECONDS * 1_000,
      pauseMs: IS_LONG ? [1_000, 7_000] : [500, 3_000],
      maxRestarts: IS_LONG ? 2 : 1,
      patienceMs: PATIENCE_MS,
    })
    console.log(`      seed ${SEED}: ORCH_SOAK_CHAOS_SEED=${SEED} brings about the same faults again\n${journal.table()}`)
    if (journal.violations.length > 0 || process.env['ORCH_SOAK_CHAOS_STORY']) console.log(journal.story())
    expect(journal.violations).to.deep.equal([])
    expect(journal.counted('projects completed'), 'projects that came to their end').to.be.greaterThan(0)
  })
})
