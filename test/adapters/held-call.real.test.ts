import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {expect} from 'chai'
import {callDigest, holdCall, holdsCall} from '../../src/adapters/held-call.js'

describe('a process that shows it makes a call', function () {
  const digest = callDigest('approval.answer', {id: 'q_1'})

  before(function () {
    if (process.platform !== 'linux') this.skip()
  })

  it('is believed for that call, while it holds on to it', async () => {
    const {pid, name, release} = await holdCall(digest)
    expect(await holdsCall({pid, name, digest})).to.equal(true)
    expect(await holdsCall({pid, name, digest: callDigest('approval.answer', {id: 'q_2'})})).to.equal(false)
    release()
    expect(await holdsCall({pid, name, digest})).to.equal(false)
  })

  it('cannot name another process, nor a socket that no one holds', async () => {
    const bystander = spawn('sleep', ['60'], {stdio: 'ignore'})
    await once(bystander, 'spawn')
    const {pid, name, release} = await holdCall(digest)
    try {
      expect(await holdsCall({pid: bystander.pid!, name, digest})).to.equal(false)
      expect(await holdsCall({pid, name: `orch-call-${digest}-00`, digest})).to.equal(false)
      expect(await holdsCall({pid, name: 'orch-call-', digest})).to.equal(false)
    } finally {
      release()
      bystander.kill()
    }
  })
})
