import {randomInt} from 'node:crypto'
import {Random} from '../e2e/chaos/random.js'

/**
 * Numbers for one suite. The seed is printed: with it in ORCH_TEST_SEED the same choices are made again.
 * @param suite what is printed beside it
 */
export function seededRandom(suite: string): Random {
  const seed = Number(process.env['ORCH_TEST_SEED'] ?? randomInt(2 ** 32))
  console.log(`      ${suite}: ORCH_TEST_SEED=${seed}`)
  return new Random(seed)
}
