import {expect} from 'chai'
import {mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {rejectsWith} from '../support/rejects.js'
import {Sandbox} from '../support/sandbox.js'
import {ensured} from '../support/ensured.js'

const BRANCH = 'orch/p_1/developer'

describe('ensureWorktree after a crash', () => {
  let sandbox: Sandbox
  let repo: string
  let path: string
  beforeEach(async () => {
    sandbox = await Sandbox.make()
    repo = await sandbox.repository('repo', {'a.txt': 'a\n', 'deep/b.txt': 'b\n', '.gitignore': '.env\n'})
    path = sandbox.path('worktrees', 'p_1', 'developer')
  })
  afterEach(() => sandbox.dispose())

  const ensure = (more: {path?: string; branch?: string; copy?: string[]} = {}) =>
    ensured(sandbox.workspace(), {repository: repo, path, branch: BRANCH, base: 'main', copy: [], runHooks: false, ...more})
  const admin = (...names: string[]) => join(repo, '.git', 'worktrees', 'developer', ...names)
  const locked = () => readFile(admin('locked'), 'utf8')
  const entries = async () =>
    (await sandbox.git(repo, 'worktree', 'list', '--porcelain')).match(/^worktree .*$/gm)!.map((line) => line.slice(9))
  const expectWhole = async () => {
    const facts = await ensure()
    expect(facts).to.deep.include({path, branch: BRANCH, changed: [], untracked: []})
    expect(await readFile(join(path, 'deep', 'b.txt'), 'utf8')).to.equal('b\n')
    expect(await locked()).to.equal(`orch: worktree of ${BRANCH}`)
    expect(await entries()).to.deep.equal([repo, path])
    await sandbox.git(repo, 'fsck', '--strict')
  }
  /** What `git worktree add` has done when it is killed before a file is written. */
  const halfMade = async () => {
    await sandbox.git(repo, 'branch', BRANCH)
    await sandbox.git(repo, 'worktree', 'add', '--quiet', '--no-checkout', '--lock', '--reason', `orch: making ${BRANCH}`, path, BRANCH)
  }

  it('goes on when only the branch was made', async () => {
    await sandbox.git(repo, 'branch', BRANCH)
    const sha = await sandbox.commit(repo, {'c.txt': 'c'})
    expect((await ensure()).head).to.not.equal(sha)
    await expectWhole()
  })

  it('goes on when the entry was made and no file written', async () => {
    await halfMade()
    await expectWhole()
  })

  it('writes a file again that another git took away, though the index is whole', async () => {
    await halfMade()
    await sandbox.git(path, 'reset', '--quiet', '--hard')
    await rm(join(path, 'deep'), {recursive: true})
    await expectWhole()
  })

  it('goes on when git was cut off while it wrote its mark', async () => {
    await halfMade()
    await writeFile(admin('locked'), '')
    await expectWhole()
  })

  it('goes on when git was killed while it wrote the files', async () => {
    await halfMade()
    await sandbox.write(join(path, 'a.txt'), 'half')
    await writeFile(admin('index.lock'), 'torn')
    await expectWhole()
    expect(await readFile(join(path, 'a.txt'), 'utf8')).to.equal('a\n')
  })

  it('goes on when git was killed while it made the entry', async () => {
    await halfMade()
    await rm(admin('HEAD'))
    await rm(admin('commondir'))
    await expectWhole()
  })

  it('goes on when git was killed between making and writing any of its files', async () => {
    for (const file of [admin('HEAD'), admin('commondir'), admin('gitdir'), join(path, '.git')]) {
      // Each of them as git leaves it between open and write.
      await halfMade()
      await writeFile(file, file.endsWith('HEAD') ? '0'.repeat(40) : '')
      await expectWhole()
      await sandbox.workspace().removeWorktree({repository: repo, path, mergedInto: 'main'})
      await sandbox.git(repo, 'branch', '-D', BRANCH)
    }
  })

  it('goes on when git was killed before the entry named a folder, and leaves nothing of it', async () => {
    await halfMade()
    await rm(sandbox.path('worktrees'), {recursive: true})
    await rm(admin('gitdir'))
    await mkdir(join(repo, '.git', 'worktrees', 'of-another'))
    await sandbox.write(join(repo, '.git', 'worktrees', 'of-another', 'locked'), 'orch: making orch/p_2/developer')
    await expectWhole()
    expect(await readdir(join(repo, '.git', 'worktrees'))).to.have.members(['developer', 'of-another'])
  })

  it('goes on when git was killed before the entry had a folder', async () => {
    await halfMade()
    await rm(sandbox.path('worktrees'), {recursive: true})
    await expectWhole()
  })

  it('goes on when only the copies were missing', async () => {
    await halfMade()
    await sandbox.git(path, 'reset', '--quiet', '--hard')
    await writeFile(join(repo, '.env'), 'KEY=1')
    await writeFile(join(path, 'new.txt'), 'kept')
    const facts = await ensure({copy: ['.env']})
    expect(facts.untracked).to.deep.equal(['new.txt'])
    expect(await readFile(join(path, '.env'), 'utf8')).to.equal('KEY=1')
  })

  it('makes a ready worktree anew when its folder is gone, without touching other stale entries', async () => {
    await ensure()
    await sandbox.git(repo, 'worktree', 'add', '--quiet', '-b', 'mine', sandbox.path('mine'))
    await rename(sandbox.path('mine'), sandbox.path('unplugged disk'))
    await rm(sandbox.path('worktrees'), {recursive: true})
    await ensure()
    expect(await entries()).to.have.members([repo, sandbox.path('mine'), path])
    expect(await readFile(join(path, 'a.txt'), 'utf8')).to.equal('a\n')
  })

  it('makes it anew when somebody left an empty folder', async () => {
    await ensure()
    await rm(path, {recursive: true})
    await mkdir(path)
    await expectWhole()
  })

  it('takes a branch back from an entry of its own whose folder is gone', async () => {
    await ensure({path: sandbox.path('old', 'place')})
    await rm(sandbox.path('old'), {recursive: true})
    await expectWhole()
  })

  it('mends a link that was deleted and keeps the work', async () => {
    await ensure()
    await writeFile(join(path, 'a.txt'), 'work')
    await rm(join(path, '.git'))
    expect((await ensure()).changed).to.deep.equal(['a.txt'])
  })

  it('never writes over work when the index is gone', async () => {
    await ensure()
    await writeFile(join(path, 'a.txt'), 'work')
    await rm(admin('index'))
    await ensure()
    expect(await readFile(join(path, 'a.txt'), 'utf8')).to.equal('work')
  })

  it('takes up a worktree in which the agent went elsewhere', async () => {
    await ensure()
    await sandbox.git(path, 'switch', '--quiet', '-c', 'agents-own')
    expect((await ensure()).branch).to.equal('agents-own')
    await sandbox.git(path, 'switch', '--quiet', '--detach')
    expect((await ensure()).branch).to.equal(null)
  })

  it('locks again what a person unlocked, and respects a lock of theirs', async () => {
    await ensure()
    await sandbox.git(repo, 'worktree', 'unlock', path)
    await ensure()
    expect(await locked()).to.equal(`orch: worktree of ${BRANCH}`)
    await sandbox.git(repo, 'worktree', 'unlock', path)
    await sandbox.git(repo, 'worktree', 'lock', '--reason', 'mine', path)
    await ensure()
    expect((await locked()).trim()).to.equal('mine')
    await rm(path, {recursive: true})
    expect((await rejectsWith('ORCH_REFUSED', ensure())).message).to.contain('mine')
  })

  it('is spared by git worktree prune', async () => {
    await ensure()
    await rename(path, `${path}-away`)
    await sandbox.git(repo, 'worktree', 'prune')
    await rename(`${path}-away`, path)
    await expectWhole()
  })
})

describe('ensureWorktree and what is not its own', () => {
  let sandbox: Sandbox
  let repo: string
  beforeEach(async () => {
    sandbox = await Sandbox.make()
    repo = await sandbox.repository()
  })
  afterEach(() => sandbox.dispose())
  const ensure = (path: string, branch = BRANCH) =>
    sandbox.workspace().ensureWorktree({repository: repo, path, branch, base: 'main', copy: [], runHooks: false})

  it('names the worktree that has the branch', async () => {
    await sandbox.git(repo, 'worktree', 'add', '--quiet', '-b', BRANCH, sandbox.path('theirs'))
    const error = await rejectsWith('ORCH_CLASH', ensure(sandbox.path('ours')))
    expect(error.message).to.contain(sandbox.path('theirs')).and.contain(BRANCH)
  })

  it('names the worktree that rebases the branch', async () => {
    const theirs = sandbox.path('theirs')
    await sandbox.git(repo, 'worktree', 'add', '--quiet', '-b', BRANCH, theirs)
    await sandbox.commit(theirs, {'a.txt': 'theirs'})
    await sandbox.commit(repo, {'a.txt': 'ours'})
    await sandbox.git(theirs, 'rebase', '--quiet', 'main').catch(() => '')
    expect((await rejectsWith('ORCH_CLASH', ensure(sandbox.path('ours')))).message).to.contain(theirs)
  })

  it('leaves a stale entry alone that a person locked', async () => {
    await sandbox.git(repo, 'worktree', 'add', '--quiet', '--lock', '-b', BRANCH, sandbox.path('disk'))
    await rm(sandbox.path('disk'), {recursive: true})
    await rejectsWith('ORCH_CLASH', ensure(sandbox.path('ours')))
  })

  it('refuses another worktree, another repository, a file, and a dangling link', async () => {
    await sandbox.git(repo, 'worktree', 'add', '--quiet', '-b', 'mine', sandbox.path('mine'))
    const other = await sandbox.repository('other')
    await writeFile(sandbox.path('file'), '')
    await symlink('nowhere', sandbox.path('link'))
    for (const path of ['mine', 'other', 'file', 'link', 'repo']) await rejectsWith('ORCH_REFUSED', ensure(sandbox.path(path)))
    expect(await readlink(sandbox.path('link'))).to.equal('nowhere')
    expect(await readFile(join(other, 'a.txt'), 'utf8')).to.equal('a\n')
  })

  it('refuses a place inside the repository or a worktree', async () => {
    await sandbox.git(repo, 'worktree', 'add', '--quiet', '-b', 'mine', sandbox.path('mine'))
    for (const path of [join(repo, '.worktrees', 'x'), join(repo, '.git', 'x'), sandbox.path('mine', 'x')]) {
      expect((await rejectsWith('ORCH_REFUSED', ensure(path))).message).to.contain('inside')
    }
  })

  it('refuses to write a branch that is not of orch, and a base that is not there', async () => {
    await rejectsWith('ORCH_REFUSED', ensure(sandbox.path('w'), 'feature'))
    await rejectsWith('ORCH_REFUSED', ensure(sandbox.path('w'), 'orchard/x'))
    const absent = {repository: repo, path: sandbox.path('w'), branch: BRANCH, base: 'absent', copy: [], runHooks: false}
    await rejectsWith('ORCH_NOT_FOUND', sandbox.workspace().ensureWorktree(absent))
  })

  it('is not fooled by a repository around the folder of worktrees', async () => {
    const around = await sandbox.repository('around')
    const path = join(around, 'worktrees', 'developer')
    await ensure(path)
    await writeFile(join(path, 'a.txt'), 'work')
    await rm(join(path, '.git'))
    await rejectsWith('ORCH_NOT_FOUND', sandbox.workspace().inspectWorktree({path, base: 'HEAD'}))
    await rejectsWith('ORCH_REFUSED', sandbox.workspace().removeWorktree({repository: repo, path, mergedInto: 'main'}))
    expect(await readFile(join(path, 'a.txt'), 'utf8')).to.equal('work')
  })
})
