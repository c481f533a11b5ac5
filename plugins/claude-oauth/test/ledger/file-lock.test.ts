import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect} from 'chai'
import {FakeRunner} from '@orch/plugin-kit/testing'
import {FileLock} from '../../src/ledger/file-lock.js'
import {SystemHost} from '../../src/ledger/host.js'
import {realClock} from './real-clock.js'

const CONTENDER = fileURLToPath(new URL('contender.ts', import.meta.url))

describe('FileLock', function () {
  this.timeout(60_000)
  let folder: string
  let path: string
  let counter: string
  const host = new SystemHost(realClock, new FakeRunner())
  const lock = (patienceMs = 10_000) => new FileLock({path, host, clock: realClock, patienceMs})

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orch-lock-'))
    path = join(folder, 'ledger.lock')
    counter = join(folder, 'counter')
    await writeFile(counter, '0')
  })
  afterEach(() => rm(folder, {recursive: true, force: true}))

  const contend = async (rounds: string) => {
    const child = spawn(process.execPath, ['--import', 'tsx', CONTENDER, path, counter, rounds], {stdio: 'inherit'})
    return (await once(child, 'exit')) as [number | null, string | null]
  }

  it('lets one at a time through, across processes, also past an owner that was killed', async () => {
    expect(await contend('die')).to.deep.equal([null, 'SIGKILL'])
    expect(await readdir(folder)).to.include('ledger.lock')
    const ends = await Promise.all([contend('100'), contend('100'), contend('100')])
    expect(ends).to.deep.equal([
      [0, null],
      [0, null],
      [0, null],
    ])
    expect(await readFile(counter, 'utf8')).to.equal('300')
    expect(await readdir(folder)).to.deep.equal(['counter'])
  })

  it('waits for a living owner, and says who it is when that takes too long', async () => {
    await lock().hold(async () => {
      const error = await lock(60)
        .hold(async () => 'in')
        .catch((reason: unknown) => reason)
      expect(error).to.be.an('error').with.property('message').that.includes(`locked by process ${process.pid}`)
    })
    expect(await lock().hold(async () => 'in')).to.equal('in')
  })

  it('is let go when the work fails', async () => {
    const error = await lock()
      .hold(() => Promise.reject(new Error('no')))
      .catch((reason: unknown) => reason)
    expect(error).to.have.property('message', 'no')
    expect(await readdir(folder)).to.deep.equal(['counter'])
  })

  it('does not remove the lock that another took between its look at a dead owner and its own try', async () => {
    const living = JSON.stringify({...(await host.self()), boot: await host.bootId(), nonce: 'living'})
    class Overtaken extends SystemHost {
      override async isAlive(identity: {pid: number; startedAt: string}) {
        if (identity.startedAt !== 'gone') return super.isAlive(identity)
        await writeFile(path, living)
        return false
      }
    }
    const overtaken = new Overtaken(realClock, new FakeRunner())
    await writeFile(path, JSON.stringify({pid: process.pid, startedAt: 'gone', boot: await host.bootId(), nonce: 'dead'}))
    const error = await new FileLock({path, host: overtaken, clock: realClock, patienceMs: 60})
      .hold(async () => 'in')
      .catch((reason: unknown) => reason)
    expect(error).to.be.an('error').with.property('message').that.includes('locked by process')
    expect(await readFile(path, 'utf8')).to.equal(living)
  })

  it('takes over from an owner with a reused pid, of an earlier boot, and from a damaged file', async () => {
    const self = await host.self()
    const boot = await host.bootId()
    for (const content of [
      JSON.stringify({...self, startedAt: '1', boot, nonce: 'a'}),
      JSON.stringify({...self, boot: 'earlier', nonce: 'b'}),
      '',
      '{"pid":',
    ]) {
      await writeFile(path, content)
      expect(await lock(50).hold(async () => 'in'), content).to.equal('in')
    }
  })
})
