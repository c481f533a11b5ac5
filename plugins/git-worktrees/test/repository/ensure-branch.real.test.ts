import {expect} from 'chai'
import {rejectsWith} from '../support/rejects.js'
import {Sandbox} from '../support/sandbox.js'

const BRANCH = 'orch/p_1/developer'

describe('ensureBranch', () => {
  let sandbox: Sandbox
  let repo: string
  let sha: string
  beforeEach(async () => {
    sandbox = await Sandbox.make()
    repo = await sandbox.repository('repo', {'a.txt': 'a\n'})
    sha = await sandbox.git(repo, 'rev-parse', 'main')
  })
  afterEach(() => sandbox.dispose())
  const ensure = (at: string) => sandbox.workspace().ensureBranch({repository: repo, branch: BRANCH, at})
  const branch = () => sandbox.git(repo, 'rev-parse', BRANCH)

  it('makes a branch at a commit by its name or its whole sha', async () => {
    expect(await ensure(sha)).to.equal(sha)
    expect(await branch()).to.equal(sha)
    await sandbox.git(repo, 'branch', '-D', BRANCH)
    expect(await ensure('main')).to.equal(sha)
    expect(await branch()).to.equal(sha)
  })

  it('leaves a branch where it is, wherever another would have begun', async () => {
    await ensure(sha)
    const later = await sandbox.commit(repo, {'b.txt': 'b\n'})
    expect(later).to.not.equal(sha)
    expect(await ensure(later)).to.equal(sha)
    expect(await branch()).to.equal(sha)
  })

  it('follows the sha of a tag to its commit, and makes no branch at what is none', async () => {
    await sandbox.git(repo, 'tag', '--annotate', '--message', 'a tag', 'v1', 'main')
    expect(await ensure(await sandbox.git(repo, 'rev-parse', 'v1'))).to.equal(sha)
    await sandbox.git(repo, 'branch', '-D', BRANCH)
    await rejectsWith('ORCH_NOT_FOUND', ensure('0123456789'.repeat(4)))
    await rejectsWith('ORCH_NOT_FOUND', ensure(await sandbox.git(repo, 'rev-parse', 'main^{tree}')))
    expect(await sandbox.git(repo, 'branch', '--list', 'orch/*')).to.equal('')
  })
})
