import {expect} from 'chai'
import {OrchError} from '@orch/plugin-kit'
import {storageCheck} from '../../../src/services/recovery/storage-check.js'
import {MemoryFiles} from '../../support/memory-files.js'

describe('the disk in orch doctor', () => {
  const check = async (free: number, files = new MemoryFiles()) =>
    (await storageCheck('/data', {host: {freeDisk: async () => free}, files}).run())[0]!

  it('is well with room for a team, and leaves nothing behind', async () => {
    const files = new MemoryFiles()
    expect(await check(5 * 1024 ** 3, files)).to.include({verdict: 'ok', what: '5120 MB are free in /data'})
    expect(await files.exists('/data/.write-check')).to.equal(false)
  })

  it('is a note below a gigabyte', async () => {
    expect(await check(100 * 1024 ** 2)).to.include({verdict: 'note', what: '100 MB are free in /data; a team needs 1 GB'})
  })

  it('fails where nothing can be written', async () => {
    const files = new MemoryFiles()
    files.writePrivate = () =>
      Promise.reject(new OrchError('ORCH_STORE_WRITE', {path: '/data/.write-check', why: 'EROFS: read-only file system'}))
    const result = await check(0, files)
    expect(result).to.include({verdict: 'failed'})
    expect(result.what).to.include('0 MB').and.include('EROFS')
  })
})
