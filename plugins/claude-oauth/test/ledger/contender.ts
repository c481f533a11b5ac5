/** A process that contends for a lock: `contender.ts LOCK COUNTER ROUNDS` adds to a counter under the lock; with ROUNDS `die` it takes the lock and is killed. */
import {readFile, writeFile} from 'node:fs/promises'
import {FileLock} from '../../src/ledger/file-lock.js'
import {SystemHost} from '../../src/ledger/host.js'
import {realClock} from './real-clock.js'
import {FakeRunner} from '@orch/plugin-kit/testing'

const [path, counter, rounds] = process.argv.slice(2) as [string, string, string]
const host = new SystemHost(realClock, new FakeRunner())
const lock = new FileLock({path, host, clock: realClock, patienceMs: 60_000})
if (rounds === 'die') {
  await lock.hold(async () => process.kill(process.pid, 'SIGKILL'))
} else {
  for (let round = 0; round < Number(rounds); round++) {
    await lock.hold(async () => writeFile(counter, String(Number(await readFile(counter, 'utf8')) + 1)))
  }
}
