import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {expect} from 'chai'
import {identifyProcess} from '../../src/adapters/local-host.js'
import {stopSupervisor} from '../../src/rpc/stop-supervisor.js'
import {failureOf} from '../support/failure.js'

describe('stopSupervisor', () => {
  let supervisor: ChildProcess
  /** @param source what it does when it is asked to end */
  const run = async (source = '') => {
    supervisor = spawn(process.execPath, ['-e', `setInterval(() => {}, 1000); ${source}; console.log('up')`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    await once(supervisor.stdout!, 'data')
  }
  const stop = (ask: () => Promise<boolean>) => stopSupervisor({supervisor: identifyProcess(supervisor.pid!)!, ask, log: '/log'})
  afterEach(() => void supervisor.kill('SIGKILL'))

  it('waits until its process has gone, not only until it has answered', async () => {
    await run()
    const stopping = stop(async () => {
      setTimeout(() => supervisor.kill('SIGKILL'), 100)
      return true
    })
    expect(await stopping).to.equal('asked')
    expect(identifyProcess(supervisor.pid!)).to.equal(null)
  })

  it('has nothing to wait for when it is gone already', async () => {
    await run()
    const [ended, gone] = [once(supervisor, 'exit'), identifyProcess(supervisor.pid!)!]
    supervisor.kill('SIGKILL')
    await ended
    expect(await stopSupervisor({supervisor: gone, ask: async () => true, log: '/log'})).to.equal('asked')
  })

  it('fails when it refuses to stop, and sends it no signal', async () => {
    await run()
    const refused = new Error('only a person stops it')
    expect(await failureOf(stop(() => Promise.reject(refused)))).to.equal(refused)
    expect(identifyProcess(supervisor.pid!)).not.to.equal(null)
  })

  it('ends in order one that hears nothing', async () => {
    await run("process.once('SIGTERM', () => process.exit(0))")
    expect(await stop(async () => false)).to.equal('terminated')
  })

  it('ends in order one that was stopped in the middle (SIGSTOP)', async () => {
    await run("process.once('SIGTERM', () => process.exit(0))")
    supervisor.kill('SIGSTOP')
    expect(await stop(async () => false)).to.equal('terminated')
  })

  it('kills one that ignores SIGTERM', async () => {
    await run("process.on('SIGTERM', () => {})")
    expect(await stop(async () => false)).to.equal('killed')
  })
})
