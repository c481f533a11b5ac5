import {expect} from 'chai'
import {chmod, readFile, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {exists} from '../../src/files/paths.js'
import {Sandbox} from '../support/sandbox.js'
import {rejectsWith} from '../support/rejects.js'
import {ensured} from '../support/ensured.js'

describe('ensureWorktree on every kind of repository', () => {
  let sandbox: Sandbox
  beforeEach(async () => void (sandbox = await Sandbox.make()))
  afterEach(() => sandbox.dispose())
  const ensure = (repository: string, role = 'developer', more: {runHooks?: boolean; base?: string} = {}) =>
    ensured(sandbox.workspace(), {
      repository,
      path: sandbox.path('work trees é', role),
      branch: `orch/p_1/${role}`,
      base: 'HEAD',
      copy: [],
      runHooks: false,
      ...more,
    })
  const remove = (repository: string, path: string) => sandbox.workspace().removeWorktree({repository, path, mergedInto: 'HEAD'})

  it('bare', async () => {
    await sandbox.git(sandbox.folder, 'clone', '--quiet', '--bare', await sandbox.repository(), 'bare.git')
    const bare = sandbox.path('bare.git')
    const {path} = await ensure(bare)
    expect(await readFile(join(path, 'a.txt'), 'utf8')).to.equal('a\n')
    await remove(bare, path)
    expect(await exists(path)).to.equal(false)
  })

  it('a worktree of a worktree, with spaces and unicode', async () => {
    const repo = await sandbox.repository('my répo')
    await sandbox.git(repo, 'worktree', 'add', '--quiet', '-b', 'theirs', sandbox.path('their tree'))
    const {path} = await ensure(sandbox.path('their tree'))
    expect(path).to.equal(sandbox.path('work trees é', 'developer'))
    await remove(repo, path)
    expect(await sandbox.git(repo, 'worktree', 'list'))
      .to.contain('their tree')
      .and.not.contain('work trees')
  })

  it('detached HEAD, shallow clone', async () => {
    const repo = await sandbox.repository()
    await sandbox.commit(repo, {b: 'b'})
    await sandbox.git(sandbox.folder, 'clone', '--quiet', '--depth=1', `file://${repo}`, 'shallow')
    await sandbox.git(sandbox.path('shallow'), 'switch', '--quiet', '--detach')
    expect((await ensure(sandbox.path('shallow'))).ahead).to.deep.equal([])
  })

  it('submodules: left uninitialised, removable all the same', async () => {
    const [repo, library] = [await sandbox.repository(), await sandbox.repository('library')]
    await sandbox.git(repo, 'submodule', '--quiet', 'add', library, 'lib')
    await sandbox.commit(repo, {})
    await sandbox.git(repo, 'config', 'submodule.recurse', 'true')
    const {path, changed} = await ensure(repo)
    expect(changed).to.deep.equal([])
    expect(await exists(join(path, 'lib', 'a.txt'))).to.equal(false)
    await remove(repo, path)
    expect(await exists(path)).to.equal(false)
    expect(await sandbox.git(repo, 'worktree', 'list', '--porcelain')).to.not.contain('developer')
  })

  it('hooks: run only when asked, and told of a new worktree', async () => {
    const repo = await sandbox.repository()
    const log = sandbox.path('hook.log')
    await sandbox.write(join(repo, '.git', 'hooks', 'post-checkout'), `#!/bin/sh\necho "$PWD $1 $3" >>'${log}'\n`, 0o755)
    await sandbox.write(join(repo, '.git', 'hooks', 'reference-transaction'), `#!/bin/sh\necho transaction >>'${log}'\n`, 0o755)
    await ensure(repo, 'silent')
    expect(await exists(log)).to.equal(false)
    const {path} = await ensure(repo, 'loud', {runHooks: true})
    expect(await readFile(log, 'utf8')).to.contain(`${path} ${'0'.repeat(40)} 1\n`)
  })

  it('hooks that fail: the worktree stands, and it is said', async () => {
    const repo = await sandbox.repository()
    await sandbox.write(join(repo, '.git', 'hooks', 'post-checkout'), '#!/bin/sh\necho no luck >&2\nexit 3\n', 0o755)
    const {path} = await ensure(repo, 'developer', {runHooks: true})
    expect(await readFile(join(path, 'a.txt'), 'utf8')).to.equal('a\n')
    expect(JSON.stringify(sandbox.logger.lines.filter(({level}) => level === 'warn'))).to.contain('no luck')
    await chmod(join(repo, '.git', 'hooks', 'post-checkout'), 0o644)
    expect(await ensure(repo, 'other', {runHooks: true})).to.deep.include({changed: []})
  })

  it('hooks cut off: they run when the worktree is taken up', async () => {
    const repo = await sandbox.repository()
    const log = sandbox.path('hook.log')
    await sandbox.write(join(repo, '.git', 'hooks', 'post-checkout'), `#!/bin/sh\necho ran >>'${log}'\nexit 1\n`, 0o755)
    await ensure(repo, 'developer')
    const admin = join(repo, '.git', 'worktrees', 'developer')
    await sandbox.write(join(admin, 'locked'), 'orch: making orch/p_1/developer')
    await rm(join(admin, 'index'))
    expect((await ensure(repo, 'developer', {runHooks: true})).changed).to.deep.equal([])
    expect(await readFile(log, 'utf8')).to.equal('ran\n')
  })

  it('an unborn repository: there is nothing to start from', async () => {
    await sandbox.git(sandbox.folder, 'init', '--quiet', 'unborn')
    await rejectsWith('ORCH_NOT_FOUND', ensure(sandbox.path('unborn')))
    await sandbox.workspace().commitInitial(sandbox.path('unborn'), 'Start')
    expect(await ensure(sandbox.path('unborn'))).to.deep.include({changed: [], untracked: [], ahead: []})
  })

  it('a tag with the name of the branch', async () => {
    const repo = await sandbox.repository()
    await sandbox.git(repo, 'tag', 'orch/p_1/developer')
    const sha = await sandbox.commit(repo, {'b.txt': 'b'})
    expect(await ensure(repo)).to.deep.include({head: sha, changed: []})
  })
})
