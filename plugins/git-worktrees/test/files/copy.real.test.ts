import {expect} from 'chai'
import {lstat, readFile, readlink, stat, symlink} from 'node:fs/promises'
import {join} from 'node:path'
import {exists} from '../../src/files/paths.js'
import {Sandbox} from '../support/sandbox.js'
import {ensured} from '../support/ensured.js'

describe('copying of ignored files', () => {
  let sandbox: Sandbox
  let repo: string
  const path = () => sandbox.path('worktrees', 'developer')
  beforeEach(async () => {
    sandbox = await Sandbox.make()
    repo = await sandbox.repository('repo', {'.gitignore': '.env*\n/local/\n*.key\nnode_modules/\nlinks/\n', 'a.txt': 'a\n'})
  })
  afterEach(() => sandbox.dispose())
  const ensure = (copy: string[] = []) =>
    ensured(sandbox.workspace(), {repository: repo, path: path(), branch: 'orch/p_1/developer', base: 'main', copy, runHooks: false})
  const put = (name: string, content = name, mode?: number) => sandbox.write(join(repo, name), content, mode)
  const has = (name: string) => exists(join(path(), name))
  const warnings = () => JSON.stringify(sandbox.logger.lines.filter(({level}) => level === 'warn'))

  it('takes what matches and is ignored, in the syntax of gitignore, with its mode', async () => {
    await put('.worktreeinclude', '# ours\n.env*\n!.env.production\n/local/\nuntracked.txt\na.txt\n')
    await put('.env', 'A=1', 0o600)
    await put('.env.production')
    await put('local/ü deep/run.sh', '#!/bin/sh\n', 0o755)
    await put('node_modules/x/index.js')
    await put('untracked.txt')
    const facts = await ensure()
    expect((await stat(join(path(), '.env'))).mode & 0o777).to.equal(0o600)
    expect((await stat(join(path(), 'local/ü deep/run.sh'))).mode & 0o777).to.equal(0o755)
    for (const name of ['.env.production', 'node_modules', 'untracked.txt', '.worktreeinclude'])
      expect(await has(name), name).to.equal(false)
    expect(facts).to.deep.include({changed: [], untracked: []})
  })

  it('takes the patterns of the configuration too, apart from the file', async () => {
    await put('.worktreeinclude', '.env\n!certs/*.key\n')
    await put('.env')
    await put('certs/a.key')
    await ensure(['*.key', ''])
    expect([await has('.env'), await has('certs/a.key')]).to.deep.equal([true, true])
  })

  it('copies nothing without being asked', async () => {
    await put('.env')
    await ensure()
    expect(await has('.env')).to.equal(false)
  })

  it('never writes over what is there, and copies once only', async () => {
    await put('.env', 'new')
    await sandbox.git(repo, 'add', '--force', '.env')
    await sandbox.git(repo, 'commit', '--quiet', '-m', 'tracked')
    await sandbox.git(repo, 'rm', '--quiet', '--cached', '.env')
    await put('.env', 'mine')
    await put('x.key')
    await ensure(['.env', '*.key'])
    expect(await readFile(join(path(), '.env'), 'utf8')).to.equal('new')
    await put('y.key')
    await ensure(['*.key'])
    expect([await has('x.key'), await has('y.key')]).to.deep.equal([true, false])
  })

  it('keeps a file away that git would not ignore in the worktree, and says so', async () => {
    await put('.gitignore', '.env*\nfresh.secret\n')
    await put('fresh.secret')
    const {untracked} = await ensure(['fresh.secret'])
    expect(untracked).to.deep.equal([])
    expect(warnings()).to.contain('fresh.secret')
  })

  it('never follows a symbolic link out of the tree, on either side', async () => {
    const outside = await sandbox.write(sandbox.path('outside', 'secret'), 'secret')
    await put('links/inside.txt')
    await symlink('inside.txt', join(repo, 'links', 'good'))
    await symlink(outside, join(repo, 'links', 'absolute'))
    await symlink('../../outside/secret', join(repo, 'links', 'relative'))
    await ensure(['links/'])
    expect(await readlink(join(path(), 'links', 'good'))).to.equal('inside.txt')
    expect([await has('links/absolute'), await has('links/relative')]).to.deep.equal([false, false])
    expect(warnings()).to.contain('links/absolute').and.contain('links/relative')
  })

  it('never writes through a link that the branch brings along', async () => {
    const outside = sandbox.path('outside')
    await sandbox.write(join(outside, 'keep'), '')
    await symlink(outside, join(repo, 'local'))
    await sandbox.git(repo, 'add', '--force', 'local')
    await sandbox.git(repo, 'commit', '--quiet', '-m', 'link')
    await sandbox.git(repo, 'rm', '--quiet', 'local')
    await put('local/x.key')
    await ensure(['x.key'])
    expect((await lstat(join(path(), 'local'))).isSymbolicLink()).to.equal(true)
    expect(await exists(join(outside, 'x.key'))).to.equal(false)
  })

  it('leaves repositories inside the tree out', async () => {
    await sandbox.repository('repo/node_modules/linked')
    await put('node_modules/plain/index.js')
    await ensure(['node_modules/'])
    expect([await has('node_modules/plain/index.js'), await has('node_modules/linked')]).to.deep.equal([true, false])
  })

  it('leaves nothing of its own behind', async () => {
    await put('.env')
    await ensure(['.env'])
    expect(await sandbox.git(path(), 'status', '--porcelain', '--ignored')).to.equal('!! .env')
    expect(await exists(join(repo, '.git', 'worktrees', 'developer', 'orch-copy'))).to.equal(false)
  })
})
