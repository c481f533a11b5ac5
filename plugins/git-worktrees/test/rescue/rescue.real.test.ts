import {expect} from 'chai'
import {mkdir, readdir, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fingerprint, Sandbox} from '../support/sandbox.js'

describe('rescue', () => {
  let sandbox: Sandbox
  let repo: string
  let path: string
  beforeEach(async () => {
    sandbox = await Sandbox.make()
    repo = await sandbox.repository('repo', {'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n', '.gitignore': 'ignored\n'})
    path = sandbox.path('worktrees', 'dev')
    await sandbox.workspace().ensureWorktree({repository: repo, path, branch: 'orch/p_1/dev', base: 'main', copy: [], runHooks: false})
  })
  afterEach(() => sandbox.dispose())
  const AT = Date.UTC(2026, 10, 22, 18, 42, 41, 7)
  const rescue = (at = AT) => sandbox.workspace().rescue({path, base: 'main', project: 'p_1', role: 'dev', at})
  const files = (ref: string) => sandbox.git(repo, '-c', 'core.quotePath=false', 'ls-tree', '-r', '--name-only', ref)
  const worktreeState = () => fingerprint(path)
  const indexState = () => fingerprint(join(repo, '.git', 'worktrees', 'dev'))

  it('keeps staged, changed, deleted, untracked and odd files, and changes nothing', async () => {
    await sandbox.write(join(path, 'a.txt'), 'changed\n')
    await rm(join(path, 'b.txt'))
    await sandbox.write(join(path, 'staged.txt'), 'staged\n')
    await sandbox.git(path, 'add', 'staged.txt')
    await sandbox.write(join(path, 'new dir', 'ü\n"x".sh'), '#!/bin/sh\n', 0o755)
    await sandbox.write(join(path, 'ignored'), '')
    const before = [await worktreeState(), await indexState()]
    const kept = (await rescue())!
    expect(kept.ref).to.equal('refs/orch/rescue/p_1/dev/20261122T184241007Z')
    expect([await worktreeState(), await indexState()]).to.deep.equal(before)
    expect(await sandbox.git(repo, 'ls-tree', '-r', '-z', '--name-only', kept.ref)).to.equal(
      ['.gitignore', 'a.txt', 'c.txt', 'new dir/ü\n"x".sh', 'staged.txt', ''].join('\0'),
    )
    expect(await sandbox.git(repo, 'ls-tree', '-r', kept.ref, 'new dir')).to.match(/^100755/)
    await sandbox.git(repo, 'fsck', '--strict')
  })

  it('is the same commit when it is asked again', async () => {
    await sandbox.write(join(path, 'a.txt'), 'changed\n')
    const kept = await rescue()
    expect(await rescue()).to.deep.equal(kept)
    await sandbox.write(join(path, 'a.txt'), 'changed more\n')
    expect((await rescue())!.ref).to.equal(`${kept!.ref}-2`)
  })

  it('names HEAD itself when all is committed, null when the base has it', async () => {
    const sha = await sandbox.commit(path, {'a.txt': 'done\n'})
    expect((await rescue())!.sha).to.equal(sha)
    await sandbox.git(repo, 'merge', '--quiet', sha)
    expect(await rescue(AT + 1)).to.equal(null)
  })

  it('keeps commits of a detached HEAD', async () => {
    await sandbox.git(path, 'switch', '--quiet', '--detach')
    const sha = await sandbox.commit(path, {'a.txt': 'done\n'})
    expect((await rescue())!.sha).to.equal(sha)
  })

  it('keeps commits of a detached HEAD that was left, beside what is not committed', async () => {
    const left: string[] = []
    for (const name of ['one', 'two']) {
      await sandbox.git(path, 'switch', '--quiet', '--detach')
      left.push(await sandbox.commit(path, {[name]: 'done\n'}))
      await sandbox.git(path, 'switch', '--quiet', '-')
    }
    await sandbox.write(join(path, 'a.txt'), 'changed\n')
    const {ref} = (await rescue())!
    const parents = await sandbox.git(repo, 'log', '-1', '--format=%P', ref)
    expect(parents.split(' ')).to.have.members([await sandbox.git(path, 'rev-parse', 'HEAD'), ...left])
    expect(await sandbox.git(repo, 'show', `${ref}:a.txt`)).to.equal('changed')
    expect((await rescue())!.ref, 'the same again').to.equal(ref)
  })

  it('sees files that are hidden from git status', async () => {
    await sandbox.git(path, 'update-index', '--assume-unchanged', 'a.txt')
    await sandbox.git(path, 'update-index', '--skip-worktree', 'b.txt')
    await sandbox.write(join(path, 'a.txt'), 'hidden a\n')
    await sandbox.write(join(path, 'b.txt'), 'hidden b\n')
    const before = await indexState()
    const {ref} = (await rescue())!
    expect(await sandbox.git(repo, 'show', `${ref}:a.txt`)).to.equal('hidden a')
    expect(await sandbox.git(repo, 'show', `${ref}:b.txt`)).to.equal('hidden b')
    expect(await indexState()).to.deep.equal(before)
  })

  it('does not take a sparse checkout for deletions', async () => {
    await sandbox.commit(path, {'deep/one': '1', 'other/two': '2'})
    await sandbox.git(path, 'sparse-checkout', 'set', 'deep')
    await sandbox.write(join(path, 'other', 'new'), 'outside the cone')
    expect((await files((await rescue())!.ref)).split('\n')).to.include.members(['deep/one', 'other/two', 'other/new'])
  })

  it('keeps a merge in the middle of its conflict', async () => {
    await sandbox.commit(path, {'a.txt': 'left\n'})
    await sandbox.commit(repo, {'a.txt': 'right\n'})
    await sandbox.git(path, 'merge', 'main').catch(() => '')
    const before = await indexState()
    expect(await sandbox.git(repo, 'show', `${(await rescue())!.ref}:a.txt`)).to.contain('<<<<<<<')
    expect(await indexState()).to.deep.equal(before)
  })

  it('keeps the commits of repositories inside the worktree: untracked, ignored, and linked without being a submodule', async () => {
    await sandbox.commit(path, {'.gitignore': 'cache/\n'})
    const made: string[] = []
    for (const name of ['plain', 'cache/tool', 'linked']) {
      await sandbox.repository(`worktrees/dev/${name}`, {'work.js': `${name}\n`})
      made.push(await sandbox.git(join(path, name), 'rev-parse', 'HEAD'))
    }
    await sandbox.git(path, 'add', 'linked')
    await sandbox.git(path, 'commit', '--quiet', '-m', 'a link')
    const {ref} = (await rescue())!
    const kept = await sandbox.git(repo, 'for-each-ref', '--format=%(objectname) %(refname)', `${ref}-in`)
    for (const sha of made) expect(kept).to.include(sha)
    const below = kept
      .split('\n')
      .find((line) => line.startsWith(made[1]!))!
      .split(' ')[1]!
    expect(await sandbox.git(repo, 'show', `${below}:work.js`)).to.equal('cache/tool')
  })

  it('says that it leaves out what is not committed in repositories inside the worktree', async () => {
    await mkdir(join(path, 'nested'))
    await sandbox.git(join(path, 'nested'), 'init', '--quiet')
    await mkdir(join(path, 'empty'))
    await sandbox.git(join(path, 'empty'), 'init', '--quiet')
    expect(await rescue()).to.equal(null)
    await sandbox.write(join(path, 'new.txt'), 'new')
    expect((await files((await rescue())!.ref)).split('\n'))
      .to.include('new.txt')
      .and.not.include('nested')
    expect(JSON.stringify(sandbox.logger.lines)).to.contain('nested/').and.contain('empty/')
  })

  it('works while a dead git left its lock, without a configured identity, and with hooks and signing in the way', async () => {
    await writeFile(join(repo, '.git', 'worktrees', 'dev', 'index.lock'), '')
    await writeFile(sandbox.path('home', '.gitconfig'), '[commit]\n\tgpgSign = true\n')
    await sandbox.write(join(repo, '.git', 'hooks', 'reference-transaction'), '#!/bin/sh\nexit 1\n', 0o755)
    await sandbox.write(join(path, 'a.txt'), 'changed\n')
    const {ref} = (await rescue())!
    expect(await sandbox.git(repo, 'log', '-1', '--format=%an <%ae> %ct %s', ref)).to.equal(
      `orch <orch@localhost> ${Math.floor(AT / 1000)} orch: rescue of dev in p_1`,
    )
  })

  it('makes a ref of any name, and leaves no temporary folder', async () => {
    const {TMPDIR} = process.env
    // The shared one holds the folders of tests that run at the same time.
    const temporary = sandbox.path('tmp')
    await mkdir(temporary)
    process.env['TMPDIR'] = temporary
    try {
      await sandbox.write(join(path, 'a.txt'), 'changed\n')
      const kept = await sandbox.workspace().rescue({path, base: 'main', project: 'p 1..é.lock', role: '', at: AT})
      expect(kept!.ref).to.match(/^refs\/orch\/rescue\/p-1-lock\/-\//)
      expect(await readdir(temporary)).to.deep.equal([])
    } finally {
      if (TMPDIR === undefined) delete process.env['TMPDIR']
      else process.env['TMPDIR'] = TMPDIR
    }
  })
})
