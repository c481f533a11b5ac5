import {expect} from 'chai'
import {FakeRunner} from '@orch/plugin-kit/testing'
import {DiskAwareRunner} from '../../src/adapters/disk-aware-runner.js'
import {refusal} from '../support/failure.js'

describe('DiskAwareRunner', () => {
  const NPM = 'npm ERR! code ENOSPC\nnpm ERR! nospc ENOSPC: no space left on device, write'
  const run = (answer: object, free: Readonly<Record<string, number>>) =>
    new DiskAwareRunner(new FakeRunner().on(['npm', 'test'], answer), {freeDisk: async (path) => free[path] ?? 1e12}).run('npm', ['test'], {
      cwd: '/scratch',
      env: {HOME: '/home/me'},
    })

  it('takes a program that found no room on a full disk for no verdict', async () => {
    await refusal('ORCH_STORE_WRITE', run({exitCode: 1, stderr: NPM}, {'/scratch': 0}))
    await refusal('ORCH_STORE_WRITE', run({exitCode: 1, stdout: 'write: Disk quota exceeded'}, {'/home/me': 4096}))
  })

  it('leaves every other end to its caller', async () => {
    expect(await run({exitCode: 1, stderr: NPM}, {})).to.include({exitCode: 1})
    expect(await run({exitCode: 1, stderr: 'a test failed'}, {'/scratch': 0})).to.include({exitCode: 1})
    expect(await run({exitCode: 0, stdout: NPM}, {'/scratch': 0})).to.include({exitCode: 0})
  })
})
