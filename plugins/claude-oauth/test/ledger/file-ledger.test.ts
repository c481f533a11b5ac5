import {mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import {hasCode} from '@orch/plugin-kit'
import {FakeClock} from '@orch/plugin-kit/testing'
import {FileLedger} from '../../src/ledger/file-ledger.js'
import {startTimeOf} from '../../src/ledger/host.js'
import {FakeHost} from '../support/fake-host.js'
import {realClock} from './real-clock.js'

describe('FileLedger', () => {
  let folder: string
  let path: string
  let clock: FakeClock
  let host: FakeHost
  let ledger: FileLedger
  const of = (supervisor: FakeHost, patienceMs = 5_000) => new FileLedger({path, home: '/state', host: supervisor, clock, patienceMs})

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orch-ledger-'))
    path = join(folder, 'user', 'oauth-ledger.json')
    clock = new FakeClock()
    host = new FakeHost(clock, {pid: 100, startedAt: '1'})
    ledger = of(host)
  })
  afterEach(() => rm(folder, {recursive: true, force: true}))

  it('knows nothing of a port at first', async () => {
    expect(await ledger.history(3000)).to.deep.equal({port: 3000, asOf: clock.now(), killedAt: null, exitedAt: null, lease: null})
  })

  it('shows kills and exits to every supervisor, each port by itself, the last one counting', async () => {
    const start = clock.now()
    await ledger.recordKill(3000)
    await clock.advance(5_000)
    await ledger.recordKill(3000)
    await ledger.recordExit(3001)
    const other = of(new FakeHost(clock, {pid: 200, startedAt: '1'}))
    expect(await other.history(3000)).to.include({killedAt: start + 5_000, exitedAt: null})
    expect(await other.history(3001)).to.include({killedAt: null, exitedAt: start + 5_000})
  })

  it('measures by the time since boot: setting the wall clock neither ages nor rejuvenates a kill', async () => {
    for (const jump of [3_600_000, -3_600_000]) {
      await ledger.recordKill(3000)
      clock.jump(jump)
      await clock.advance(10_000)
      expect((await ledger.history(3000)).killedAt).to.equal(clock.now() - 10_000)
    }
  })

  it('forgets kills, exits and leases of an earlier boot', async () => {
    await ledger.recordKill(3000)
    await ledger.recordExit(3000)
    await ledger.takeLease(3000, {run: 'r_1', agent: 'a_1'})
    host.boot = 'boot-2'
    expect(await ledger.history(3000)).to.deep.equal({port: 3000, asOf: clock.now(), killedAt: null, exitedAt: null, lease: null})
    expect(await ledger.takeLease(3000, {run: 'r_2', agent: 'a_2'})).to.equal(true)
  })

  it('gives a port to one run at a time', async () => {
    const at = clock.now()
    expect(await ledger.takeLease(3000, {run: 'r_1', agent: 'a_1'})).to.equal(true)
    await clock.advance(1_000)
    expect(await ledger.takeLease(3000, {run: 'r_1', agent: 'a_1'}), 'again').to.equal(true)
    expect(await ledger.takeLease(3000, {run: 'r_2', agent: 'a_2'}), 'another run').to.equal(false)
    expect(await ledger.takeLease(3001, {run: 'r_2', agent: 'a_2'}), 'another port').to.equal(true)
    expect((await ledger.history(3000)).lease).to.deep.equal({run: 'r_1', agent: 'a_1', takenAt: at})
    await ledger.releaseLease(3000, 'r_2')
    expect(await ledger.takeLease(3000, {run: 'r_2', agent: 'a_2'}), 'released by a stranger').to.equal(false)
    await ledger.releaseLease(3000, 'r_1')
    expect(await ledger.takeLease(3000, {run: 'r_2', agent: 'a_2'}), 'released').to.equal(true)
  })

  it('lets the lease of a supervisor that died be inherited by its run, and by no other', async () => {
    await ledger.takeLease(3000, {run: 'r_1', agent: 'a_1'})
    host.dead.add(100)
    const successor = new FakeHost(clock, {pid: 300, startedAt: '9'})
    successor.dead.add(100)
    const heir = of(successor)
    await clock.advance(86_400_000)
    expect(await heir.holderAlive(3000)).to.equal(false)
    expect(await heir.takeLease(3000, {run: 'r_2', agent: 'a_2'})).to.equal(false)
    expect(await heir.takeLease(3000, {run: 'r_1', agent: 'a_1'})).to.equal(true)
    expect(await heir.holderAlive(3000)).to.equal(true)
  })

  it('loses no write of many at once', async function () {
    this.timeout(90_000)
    // In earnest: they wait for each other at the disk.
    const ledgers = [100, 200, 300].map((pid) => {
      const identity = {pid, startedAt: '1'}
      return new FileLedger({path, home: `/state/${pid}`, host: new FakeHost(clock, identity), clock: realClock, patienceMs: 60_000})
    })
    const work = Array.from({length: 30}, (_, index) => ledgers[index % 3]!.recordKill(4000 + index))
    await Promise.all(work)
    const killed = await Promise.all(work.map((_, index) => ledger.history(4000 + index)))
    expect(killed.filter(({killedAt}) => killedAt === null)).to.deep.equal([])
    expect(await readdir(join(folder, 'user'))).to.deep.equal(['oauth-ledger.json'])
  })

  it('is private to the user', async () => {
    await ledger.recordKill(3000)
    expect((await stat(path)).mode & 0o777).to.equal(0o600)
    expect((await stat(join(folder, 'user'))).mode & 0o777).to.equal(0o700)
  })

  it('throws ORCH_LEDGER when it cannot be written, and leaves nothing behind', async () => {
    await writeFile(join(folder, 'user'), 'a file where the folder should be')
    for (const attempt of [
      () => ledger.recordKill(3000),
      () => ledger.recordExit(3000),
      () => ledger.takeLease(3000, {run: 'r_1', agent: 'a_1'}),
      () => ledger.releaseLease(3000, 'r_1'),
      () => ledger.history(3000),
    ]) {
      const error: unknown = await attempt().catch((reason: unknown) => reason)
      expect(hasCode(error, 'ORCH_LEDGER'), String(attempt)).to.equal(true)
    }
  })

  it('throws ORCH_LEDGER rather than assume anything from a damaged or newer file', async () => {
    await mkdir(join(folder, 'user'))
    for (const [content, why] of [
      ['', 'it is damaged; move it away'],
      ['{"schema":1,"por', 'it is damaged; move it away'],
      ['{"schema":1,"ports":null}', 'it is damaged; move it away'],
      ['{"schema":2,"ports":{}}', 'it was written by a newer orch (schema 2, this one knows 1); install that version again'],
    ] as const) {
      await writeFile(path, content)
      for (const attempt of [ledger.history(3000), ledger.recordKill(3000)]) {
        const error = await attempt.catch((reason: unknown) => reason)
        expect(hasCode(error, 'ORCH_LEDGER') ? error.details.why : error, content).to.equal(why)
      }
      expect(await readFile(path, 'utf8')).to.equal(content)
    }
  })
})

describe('startTimeOf', () => {
  const line = (name: string, state: string) => `42 (${name}) ${state} ${Array.from({length: 18}, (_, n) => n).join(' ')} 98765 0 0`

  it('reads field 22, whatever the program is called', () => {
    expect(startTimeOf(line('node', 'S'))).to.equal('98765')
    expect(startTimeOf(line('a ) R 1 (b', 'R'))).to.equal('98765')
  })

  it('counts a zombie as ended', () => {
    expect(startTimeOf(line('node', 'Z'))).to.equal(null)
  })
})
