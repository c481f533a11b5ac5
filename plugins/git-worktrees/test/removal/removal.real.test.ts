import {expect} from 'chai'
import {readFile, rename, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {exists} from '../../src/files/paths.js'
import {rejectsWith} from '../support/rejects.js'
import {fingerprint, Sandbox} from '../support/sandbox.js'

describe('removeWorktree', () => {
  let sandbox: Sandbox
  let repo: string
  let path: string
  beforeEach(async () => {
    sandbox = await Sandbox.make()
    repo = await sandbox.repository('repo', {'a.txt': 'a\n', '.gitignore': 'node_modules/\n.env\n'})
    path = sandbox.path('worktrees', 'dev')
  })
  afterEach(() => sandbox.dispose())
  const make = () =>
    sandbox.workspace().ensureWorktree({repository: repo, path, branch: 'orch/p_1/dev', base: 'HEAD', copy: [], runHooks: false})
  const remove = (target = path) => sandbox.workspace().removeWorktree({repository: repo, path: target, mergedInto: 'main'})
  const listed = async (target = path) => (await sandbox.git(repo, 'worktree', 'list', '--porcelain')).includes(`worktree ${target}\n`)
  const expectKept = async (why: string) => {
    const before = await fingerprint(path)
    expect((await rejectsWith('ORCH_REFUSED', remove())).message).to.contain(why)
    expect(await fingerprint(path)).to.deep.equal(before)
    expect(await listed()).to.equal(true)
    expect(await readFile(join(repo, '.git', 'worktrees', 'dev', 'locked'), 'utf8')).to.equal('orch: worktree of orch/p_1/dev')
  }

  it('goes with its ignored files', async () => {
    await make()
    await sandbox.write(join(path, 'node_modules', 'x'), '')
    await sandbox.write(join(path, '.env'), '')
    await remove()
    expect([await exists(path), await listed(), await exists(join(repo, '.git', 'worktrees'))]).to.deep.equal([false, false, false])
    await sandbox.git(repo, 'fsck', '--strict')
  })

  it('stays for untracked, changed, staged and hidden files', async () => {
    await make()
    await sandbox.git(repo, 'config', 'status.showUntrackedFiles', 'no')
    await sandbox.write(join(path, 'new', 'file'), '')
    await expectKept('untracked new/file')
    await rm(join(path, 'new'), {recursive: true})
    await sandbox.git(path, 'update-index', '--assume-unchanged', 'a.txt')
    await sandbox.write(join(path, 'a.txt'), 'hidden\n')
    await expectKept('uncommitted changes in a.txt')
  })

  it('stays for commits that are not merged, on a branch or not', async () => {
    await make()
    const sha = await sandbox.commit(path, {'a.txt': 'done\n'})
    await expectKept(sha.slice(0, 12))
    await sandbox.git(path, 'switch', '--quiet', '--detach')
    await expectKept(sha.slice(0, 12))
  })

  it('stays in the middle of an operation, and for a repository inside', async () => {
    await make()
    await sandbox.git(path, 'bisect', 'start')
    await expectKept('a bisect under way')
    await sandbox.git(path, 'bisect', 'reset')
    await sandbox.repository('worktrees/dev/nested')
    await expectKept('untracked nested/')
  })

  it('stays for commits of a repository that git ignores, or that a merged commit links to', async () => {
    await sandbox.commit(repo, {'.gitignore': 'cache/\n'})
    await make()
    await sandbox.repository('worktrees/dev/cache/tool')
    await sandbox.repository('worktrees/dev/linked')
    await sandbox.git(path, 'add', 'linked')
    await sandbox.git(path, 'commit', '--quiet', '-m', 'a link')
    await sandbox.git(repo, 'merge', '--quiet', await sandbox.git(path, 'rev-parse', 'HEAD'))
    await expectKept('linked, cache/tool that are nowhere else')
  })

  it('drops the entry alone when the folder is gone, unless commits would be lost', async () => {
    await make()
    await sandbox.git(path, 'switch', '--quiet', '--detach')
    await sandbox.commit(path, {'a.txt': 'done\n'})
    await rename(path, sandbox.path('away'))
    await rejectsWith('ORCH_REFUSED', remove())
    await sandbox.git(sandbox.path('away'), 'worktree', 'repair')
    await rename(sandbox.path('away'), path)
    await sandbox.git(path, 'reset', '--quiet', '--hard', 'main')
    await rm(sandbox.path('worktrees'), {recursive: true})
    await remove()
    expect(await listed()).to.equal(false)
  })

  for (const [what, ...args] of [
    ['a branch of its own', '-b', 'mine'],
    ['a commit without a branch', '--detach'],
  ] as const)
    it(`takes a worktree that an agent made, on ${what}, only when asked to, and not when it would lose anything`, async () => {
      await sandbox.git(repo, 'worktree', 'add', '--quiet', ...args, path)
      await sandbox.write(join(path, 'new.txt'), '')
      const remove = (byAnyone: boolean) => sandbox.workspace().removeWorktree({repository: repo, path, mergedInto: 'main', byAnyone})
      expect((await rejectsWith('ORCH_REFUSED', remove(false))).message).to.contain('orch did not make it')
      expect((await rejectsWith('ORCH_REFUSED', remove(true))).message).to.contain('untracked new.txt')
      await rm(join(path, 'new.txt'))
      await remove(true)
      expect([await exists(path), await listed(), await exists(join(repo, '.git', 'worktrees'))]).to.deep.equal([false, false, false])
    })

  describe('cut off', () => {
    const admin = (...names: string[]) => join(repo, '.git', 'worktrees', 'dev', ...names)
    beforeEach(async () => {
      await make()
      await sandbox.write(admin('locked'), 'orch: removing orch/p_1/dev')
    })

    it('goes on with what is left of the folder, its link gone or not', async () => {
      await rm(join(path, '.git'))
      await rm(join(path, '.gitignore'))
      await remove()
      expect([await exists(path), await exists(join(repo, '.git', 'worktrees'))]).to.deep.equal([false, false])
    })

    it('stops when somebody put something into it meanwhile', async () => {
      await rm(join(path, '.gitignore'))
      await sandbox.write(join(path, 'new.txt'), '')
      await sandbox.write(join(path, 'a.txt'), 'changed\n')
      expect((await rejectsWith('ORCH_REFUSED', remove())).message).to.contain('a.txt, new.txt')
      await rejectsWith('ORCH_REFUSED', make())
      expect(await readFile(join(path, 'a.txt'), 'utf8')).to.equal('changed\n')
    })

    it('is finished before a worktree is made there again', async () => {
      await rm(join(path, 'a.txt'))
      await make()
      expect(await sandbox.workspace().inspectWorktree({path, base: 'HEAD'})).to.deep.include({changed: [], untracked: []})
    })

    it('leaves no folder behind when git was killed while it dropped the entry', async () => {
      await rm(path, {recursive: true})
      await rm(admin('gitdir'))
      await make()
      await remove()
      expect(await exists(join(repo, '.git', 'worktrees'))).to.equal(false)
    })
  })

  it('never removes the main tree, a worktree of a person, a locked one, or a folder git does not know', async () => {
    await sandbox.git(repo, 'worktree', 'add', '--quiet', '-b', 'mine', sandbox.path('mine'))
    await sandbox.git(repo, 'worktree', 'add', '--quiet', '--lock', '--reason', 'do not', '-b', 'orch/mine', sandbox.path('locked'))
    await sandbox.write(sandbox.path('folder', 'x'), '')
    await sandbox.repository('other')
    for (const [name, why] of [
      ['repo', 'main working tree'],
      ['mine', 'did not make it'],
      ['locked', 'do not'],
      ['folder', 'does not know'],
      ['other', 'does not know'],
    ] as const) {
      expect((await rejectsWith('ORCH_REFUSED', remove(sandbox.path(name)))).message, name).to.contain(why)
      expect(await exists(sandbox.path(name)), name).to.equal(true)
    }
    await remove(sandbox.path('absent'))
  })

  it('leaves stale entries of others alone', async () => {
    await make()
    await sandbox.git(repo, 'worktree', 'add', '--quiet', '-b', 'mine', sandbox.path('mine'))
    await rename(sandbox.path('mine'), sandbox.path('unplugged'))
    await remove()
    expect(await listed(sandbox.path('mine'))).to.equal(true)
  })

  it('removes a scratch worktree once it is put back', async () => {
    const scratch = {repository: repo, path: sandbox.path('scratch'), at: 'main'}
    const workspace = sandbox.workspace()
    await workspace.ensureScratch(scratch)
    await sandbox.write(join(scratch.path, 'left-over'), '')
    await rejectsWith('ORCH_REFUSED', remove(scratch.path))
    await workspace.ensureScratch(scratch)
    await remove(scratch.path)
    expect(await exists(scratch.path)).to.equal(false)
  })

  describe('with a submodule initialised in it', () => {
    beforeEach(async () => {
      await sandbox.git(repo, 'submodule', '--quiet', 'add', await sandbox.repository('library'), 'vendor/lib')
      await sandbox.commit(repo, {})
      await make()
      await sandbox.git(path, 'submodule', '--quiet', 'update', '--init')
    })

    it('goes when all of it is on a remote', async () => {
      await remove()
      expect([await exists(path), await listed()]).to.deep.equal([false, false])
    })

    it('stays for changes in it', async () => {
      await sandbox.write(join(path, 'vendor', 'lib', 'a.txt'), 'changed\n')
      await expectKept('vendor/lib')
    })

    it('stays for commits of it that exist nowhere else, also when they are recorded and merged', async () => {
      await sandbox.commit(join(path, 'vendor', 'lib'), {'a.txt': 'changed\n'})
      const sha = await sandbox.commit(path, {})
      await sandbox.git(repo, 'merge', '--quiet', sha)
      await expectKept('commits of the submodules vendor/lib')
    })
  })
})
