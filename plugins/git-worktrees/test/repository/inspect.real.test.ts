import {expect} from 'chai'
import {chown, mkdir, rm, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fingerprint, Sandbox} from '../support/sandbox.js'
import {rejectsWith} from '../support/rejects.js'

describe('inspectRepository on real repositories', () => {
  let sandbox: Sandbox
  beforeEach(async () => void (sandbox = await Sandbox.make()))
  afterEach(() => sandbox.dispose())
  const inspect = (path: string) => sandbox.workspace().inspectRepository(path)

  it('finds the repository through a symbolic link, in a path with spaces and unicode', async () => {
    const repo = await sandbox.repository('my répo 日本')
    await symlink(repo, sandbox.path('link'))
    expect(await inspect(sandbox.path('link'))).to.include({root: repo, commonDir: join(repo, '.git'), mainRoot: repo})
  })

  it('tells a linked worktree from its main one, also a worktree of a worktree', async () => {
    const repo = await sandbox.repository()
    await sandbox.git(repo, 'worktree', 'add', '--quiet', '-b', 'one', sandbox.path('one'))
    await sandbox.git(sandbox.path('one'), 'worktree', 'add', '--quiet', '-b', 'two', sandbox.path('two'))
    const facts = await inspect(sandbox.path('two'))
    expect(facts).to.include({root: sandbox.path('two'), commonDir: join(repo, '.git'), mainRoot: repo, bare: false})
    expect(facts.head).to.include({kind: 'branch', name: 'two'})
  })

  it('knows a bare repository and its linked worktree', async () => {
    await sandbox.git(sandbox.folder, 'clone', '--quiet', '--bare', await sandbox.repository(), 'bare.git')
    const bare = sandbox.path('bare.git')
    expect(await inspect(bare)).to.include({root: bare, commonDir: bare, mainRoot: bare, bare: true, dirty: 0})
    await sandbox.git(bare, 'worktree', 'add', '--quiet', '-b', 'w', sandbox.path('w'))
    await writeFile(sandbox.path('w', 'new'), '')
    expect(await inspect(sandbox.path('w'))).to.include({root: sandbox.path('w'), commonDir: bare, mainRoot: bare, bare: true, dirty: 1})
  })

  it('knows where the main tree of a submodule and of a separate git directory is', async () => {
    const [repo, library] = [await sandbox.repository(), await sandbox.repository('library')]
    await sandbox.git(repo, 'submodule', '--quiet', 'add', library, 'lib')
    expect(await inspect(repo)).to.include({submodules: true})
    const facts = await inspect(join(repo, 'lib'))
    expect(facts).to.include({root: join(repo, 'lib'), mainRoot: join(repo, 'lib'), submodules: false, bare: false})
    expect(facts.commonDir).to.equal(join(repo, '.git', 'modules', 'lib'))

    await mkdir(sandbox.path('apart'))
    await sandbox.git(sandbox.path('apart'), 'init', '--quiet', `--separate-git-dir=${sandbox.path('apart-git')}`)
    await sandbox.commit(sandbox.path('apart'), {a: 'a'})
    await sandbox.git(sandbox.path('apart'), 'worktree', 'add', '--quiet', '-b', 'x', sandbox.path('x'))
    expect(await inspect(sandbox.path('apart'))).to.include({root: sandbox.path('apart'), mainRoot: sandbox.path('apart'), bare: false})
    // Nothing in the git directory tells where the main tree is.
    expect(await inspect(sandbox.path('x'))).to.include({
      mainRoot: sandbox.path('apart-git'),
      commonDir: sandbox.path('apart-git'),
      bare: true,
    })
  })

  it('knows a shallow clone, and submodules of a bare repository', async () => {
    const repo = await sandbox.repository()
    await sandbox.commit(repo, {b: 'b'})
    await sandbox.git(sandbox.folder, 'clone', '--quiet', '--depth=1', `file://${repo}`, 'shallow')
    expect(await inspect(sandbox.path('shallow'))).to.include({shallow: true, bare: false, submodules: false})
    await sandbox.commit(repo, {'.gitmodules': ''})
    await sandbox.git(sandbox.folder, 'clone', '--quiet', '--bare', repo, 'bare.git')
    expect(await inspect(sandbox.path('bare.git'))).to.include({submodules: true})
  })

  it('counts what a configuration hides, and reads without writing', async () => {
    const repo = await sandbox.repository()
    await sandbox.git(repo, 'config', 'status.showUntrackedFiles', 'no')
    await sandbox.write(join(repo, 'new', 'one'), '')
    await sandbox.write(join(repo, 'new', 'two'), '')
    // A rewritten file with the same content makes an ordinary git status refresh the index.
    await sandbox.write(join(repo, 'a.txt'), 'a\n')
    const before = await fingerprint(repo)
    expect((await inspect(repo)).dirty).to.equal(2)
    expect(await fingerprint(repo)).to.deep.equal(before)
  })

  it('knows that nobody is configured', async () => {
    const anonymous = await Sandbox.make('[protocol "file"]\n\tallow = always\n')
    try {
      await mkdir(anonymous.path('repo'))
      await anonymous.git(anonymous.path('repo'), 'init', '--quiet', '-b', 'main')
      const workspace = anonymous.workspace()
      expect((await workspace.inspectRepository(anonymous.path('repo'))).identity).to.equal(null)
      const sha = await workspace.commitInitial(anonymous.path('repo'), 'Start\n\n# kept')
      expect(await anonymous.git(anonymous.path('repo'), 'log', '-1', '--format=%an <%ae> %cn <%ce>%n%B', sha)).to.equal(
        'orch <orch@localhost> orch <orch@localhost>\nStart\n\n# kept',
      )
      expect(await anonymous.git(anonymous.path('repo'), 'config', '--local', '--list')).to.not.contain('user.')
    } finally {
      await anonymous.dispose()
    }
  })

  it('names a branch that blocks, an unborn one too, and no other', async () => {
    const repo = await sandbox.repository()
    await sandbox.git(repo, 'branch', 'orchard')
    await sandbox.git(repo, 'branch', 'Orch')
    await sandbox.git(repo, 'branch', 'orch/mine')
    expect((await inspect(repo)).blockingRef).to.equal(null)
    await sandbox.git(repo, 'config', 'core.ignoreCase', 'true')
    expect((await inspect(repo)).blockingRef).to.equal('refs/heads/Orch')
    await mkdir(sandbox.path('unborn'))
    await sandbox.git(sandbox.path('unborn'), 'init', '--quiet', '-b', 'orch')
    expect((await inspect(sandbox.path('unborn'))).blockingRef).to.equal('refs/heads/orch')
  })

  it('says why a path is no repository', async () => {
    expect((await rejectsWith('ORCH_NOT_A_REPOSITORY', inspect(sandbox.path('none')))).message).to.contain('there is no such folder')
    await writeFile(sandbox.path('file'), '')
    expect((await rejectsWith('ORCH_NOT_A_REPOSITORY', inspect(sandbox.path('file')))).message).to.contain('it is not a folder')
  })

  it('tells damage from absence', async () => {
    const repo = await sandbox.repository()
    await writeFile(join(repo, '.git', 'config'), '[core\n')
    expect((await rejectsWith('ORCH_REPOSITORY', inspect(repo))).message).to.contain('bad config')
    const gone = await sandbox.repository('gone')
    const head = await sandbox.git(gone, 'rev-parse', 'HEAD')
    await rm(join(gone, '.git', 'objects', head.slice(0, 2), head.slice(2)))
    expect((await rejectsWith('ORCH_REPOSITORY', inspect(gone))).message).to.contain('main')
    await mkdir(sandbox.path('orphan'))
    await writeFile(sandbox.path('orphan', '.git'), 'gitdir: /nonexistent/worktrees/orphan\n')
    await rejectsWith('ORCH_REPOSITORY', inspect(sandbox.path('orphan')))
  })

  it('says how to trust a repository of another user', async function () {
    if (process.getuid?.() !== 0) this.skip()
    const repo = await sandbox.repository()
    await chown(repo, 12_345, 12_345)
    await chown(join(repo, '.git'), 12_345, 12_345)
    const error = await rejectsWith('ORCH_REPOSITORY', inspect(repo))
    expect(error.remedy).to.contain('safe.directory').and.contain(repo)
  })

  it('is not led astray by variables of a git hook that started orch', async () => {
    const [repo, other] = [await sandbox.repository(), await sandbox.repository('other')]
    const workspace = sandbox.workspace({GIT_DIR: join(other, '.git'), GIT_WORK_TREE: other, GIT_INDEX_FILE: join(other, '.git', 'index')})
    expect(await workspace.inspectRepository(repo)).to.include({root: repo, commonDir: join(repo, '.git')})
  })
})
