import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {expect} from 'chai'
import {stopSupervisor} from '../../src/rpc/stop-supervisor.js'
import {failureOf} from '../support/failure.js'

describe('stopSupervisor', () => {
  let supervisor: ChildProcess
  beforeEach(async () => {
    supervisor = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {stdio: 'ignore'})
    await once(supervisor, 'spawn')
  })
  afterEach(() => void supervisor.kill('SIGKILL'))

  it('waits until its process has gone, not only until it has answered', async () => {
    const order: string[] = []
    supervisor.once('exit', () => order.push('gone'))
    const stopping = stopSupervisor(supervisor.pid!, async () => {
      order.push('asked')
      setTimeout(() => supervisor.kill('SIGKILL'), 100)
    })
    expect(await stopping).to.equal(true)
    expect(order).to.deep.equal(['asked', 'gone'])
  })

  it('has nothing to wait for when it is gone already', async () => {
    const ended = once(supervisor, 'exit')
    supervisor.kill('SIGKILL')
    await ended
    expect(await stopSupervisor(supervisor.pid!, async () => {})).to.equal(true)
  })

  it('fails when it cannot even be asked', async () => {
    const refused = new Error('ECONNREFUSED')
    expect(await failureOf(stopSupervisor(supervisor.pid!, () => Promise.reject(refused)))).to.equal(refused)
  })
})
