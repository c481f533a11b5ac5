import {expect} from 'chai'
import {OrchError} from '@orch/plugin-kit'
import {describeStorageWait, storageDelayMs, storageFailureIn} from '../../src/domain/storage.js'

describe('a failed write', () => {
  it('is known by its errno, by orch’s own error, through causes, and by what git and tmux print', () => {
    const errno = (code: string) => Object.assign(new Error(code), {code})
    const git = (stderr: string) => new OrchError('ORCH_GIT', {args: ['x'], cwd: '/r', stderr})
    for (const error of [
      errno('ENOSPC'),
      errno('EDQUOT'),
      errno('EROFS'),
      errno('EIO'),
      new OrchError('ORCH_STORE_WRITE', {path: '/p', why: 'w'}),
      new OrchError('ORCH_LEDGER', {path: '/l', why: 'w'}, {cause: errno('ENOSPC')}),
      git('fatal: write error: No space left on device'),
      git('error: unable to write file a.txt'),
      git('fatal: Unable to write new index file: unable to write new index file'),
      new OrchError('ORCH_TMUX', {what: 'make a window', stderr: 'No space left on device'}),
    ])
      expect(storageFailureIn(error), String(error)).to.be.a('string')
  })

  it('is none of another kind, whatever a screen or a claim quotes', () => {
    for (const error of [
      new Error('boom'),
      Object.assign(new Error('gone'), {code: 'ENOENT'}),
      new OrchError('ORCH_GIT', {args: ['merge'], cwd: '/r', stderr: 'fatal: not a git repository'}),
      new OrchError('ORCH_AGENT_START', {agent: 'a', why: 'it ended', screen: 'ENOSPC: No space left on device'}),
      undefined,
      'text',
    ])
      expect(storageFailureIn(error), String(error)).to.equal(null)
  })

  it('is tried again after 5 to 30 s', () => {
    expect([1, 2, 3, 4, 5, 50].map(storageDelayMs)).to.deep.equal([5_000, 10_000, 20_000, 30_000, 30_000, 30_000])
  })

  it('is described with the room that is left', () => {
    const wait = {project: 'p_1', why: 'git could not write.', since: 0, attempts: 1, freeBytes: 0}
    expect(describeStorageWait(wait)).to.equal('waits for disk space: 0 bytes free. git could not write.')
    expect(describeStorageWait({...wait, freeBytes: 5 * 1024 * 1024})).to.include('5 MB free')
    expect(describeStorageWait({...wait, freeBytes: null})).to.equal('waits for disk space. git could not write.')
  })
})
