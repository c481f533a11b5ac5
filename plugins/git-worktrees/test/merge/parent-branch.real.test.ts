import {expect} from 'chai'
import {readFile, utimes, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {rejectsWith} from '../support/rejects.js'
import {fingerprint, Sandbox} from '../support/sandbox.js'

describe('fastForwardParent', () => {
  let sandbox: Sandbox
  let repo: string
  let first: string
  let result: string
  beforeEach(async () => {
    sandbox = await Sandbox.make()
    repo = await sandbox.repository('repo', {'a.txt': 'a\n', '.gitignore': '.env\n'})
    first = await sandbox.git(repo, 'rev-parse', 'HEAD')
    await sandbox.git(repo, 'worktree', 'add', '--quiet', '-b', 'orch/x', sandbox.path('w'))
    result = await sandbox.commit(sandbox.path('w'), {'a.txt': 'merged\n', 'new.txt': 'new\n'})
  })
  afterEach(() => sandbox.dispose())
  const forward = (to = result, branch = 'main', repository = repo) => sandbox.workspace().fastForwardParent({repository, branch, to})
  const main = () => sandbox.git(repo, 'rev-parse', 'main')
  /** Refused for the reason, and nothing in the checkout or the repository is different. */
  const expectUntouched = async (why: string, to = result) => {
    const before = await fingerprint(repo)
    expect((await rejectsWith('ORCH_REFUSED', forward(to))).message).to.contain(why)
    expect(await fingerprint(repo)).to.deep.equal(before)
  }

  it('refuses staged and unstaged changes', async () => {
    await sandbox.write(join(repo, 'a.txt'), 'mine\n')
    await expectUntouched('a.txt')
    await sandbox.git(repo, 'add', 'a.txt')
    await expectUntouched('a.txt')
  })

  it('refuses to write over an untracked file, or over an ignored one', async () => {
    await sandbox.write(join(repo, 'new.txt'), 'mine\n')
    await expectUntouched('new.txt')
    await sandbox.git(repo, 'clean', '--quiet', '-f')
    await sandbox.write(join(repo, '.env'), 'SECRET=mine\n')
    await sandbox.write(join(sandbox.path('w'), '.env'), 'SECRET=theirs\n')
    await sandbox.git(sandbox.path('w'), 'add', '--force', '.env')
    await expectUntouched('.env', await sandbox.commit(sandbox.path('w'), {}))
  })

  it('refuses to write over changes hidden from git status', async () => {
    await sandbox.git(repo, 'update-index', '--assume-unchanged', 'a.txt')
    await sandbox.write(join(repo, 'a.txt'), 'hidden\n')
    await expectUntouched('a.txt')
  })

  it('is not put off by files that only look changed', async () => {
    await sandbox.write(join(repo, 'a.txt'), 'a\n')
    await utimes(join(repo, 'a.txt'), 1, 1)
    await forward()
    expect(await main()).to.equal(result)
  })

  it('lets untracked files stay that are not in the way', async () => {
    await sandbox.write(join(repo, 'SPEC.md'), 'spec\n')
    await forward()
    expect(await sandbox.git(repo, 'status', '--porcelain')).to.equal('?? SPEC.md')
    expect(await main()).to.equal(result)
  })

  it('refuses in the middle of a merge, and of a rebase that will come back', async () => {
    await sandbox.git(repo, 'switch', '--quiet', '-c', 'side')
    const side = await sandbox.commit(repo, {'side.txt': ''})
    await sandbox.git(repo, 'switch', '--quiet', 'main')
    await sandbox.git(repo, 'merge', '--quiet', '--no-ff', '--no-commit', side)
    await expectUntouched('a merge is under way')
    await sandbox.git(repo, 'merge', '--abort')
    await sandbox.git(repo, 'bisect', 'start')
    await sandbox.git(repo, 'switch', '--quiet', '--detach')
    await expectUntouched('a bisect is under way')
  })

  it('refuses when the person has commits of their own', async () => {
    await sandbox.commit(repo, {'mine.txt': 'mine'})
    await expectUntouched('commits that are not in the result')
  })

  it('does nothing when the branch has it already', async () => {
    await forward()
    await sandbox.commit(repo, {'more.txt': ''})
    await sandbox.write(join(repo, 'a.txt'), 'dirty\n')
    await forward()
  })

  it('moves a branch that nobody has checked out, and one in a linked worktree', async () => {
    await sandbox.git(repo, 'switch', '--quiet', '-c', 'elsewhere')
    await writeFile(join(repo, 'a.txt'), 'dirty\n')
    await forward()
    expect(await main()).to.equal(result)
    expect(await readFile(join(repo, 'a.txt'), 'utf8')).to.equal('dirty\n')
    await sandbox.git(repo, 'worktree', 'add', '--quiet', '-b', 'linked', sandbox.path('linked'), first)
    await forward(result, 'linked')
    expect(await readFile(sandbox.path('linked', 'new.txt'), 'utf8')).to.equal('new\n')
    await rejectsWith('ORCH_NOT_FOUND', forward(result, 'absent'))
  })

  it('moves the branch of a bare repository', async () => {
    await sandbox.git(sandbox.folder, 'clone', '--quiet', '--bare', repo, 'bare.git')
    await forward(result, 'main', sandbox.path('bare.git'))
    expect(await sandbox.git(sandbox.path('bare.git'), 'rev-parse', 'main')).to.equal(result)
  })

  it('runs no hook of the repository', async () => {
    await sandbox.write(join(repo, '.git', 'hooks', 'post-merge'), `#!/bin/sh\ntouch '${sandbox.path('ran')}'\n`, 0o755)
    await forward()
    await rejectsWith('ORCH_NOT_A_REPOSITORY', sandbox.workspace().inspectRepository(sandbox.path('ran')))
    expect((await fingerprint(sandbox.folder, (path) => path !== 'ran')).length).to.equal(0)
  })
})
