import {expect} from 'chai'
import {mkdir, readFile, rename, rm, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {rejectsWith} from '../support/rejects.js'
import {Sandbox} from '../support/sandbox.js'

describe('a working tree and the repository it names', () => {
  let sandbox: Sandbox
  let app: string
  let evil: string
  beforeEach(async () => {
    sandbox = await Sandbox.make()
    app = await sandbox.repository('app')
    evil = sandbox.path('evil')
    await mkdir(evil)
  })
  afterEach(() => sandbox.dispose())
  const inspect = (path: string) => sandbox.workspace().inspectRepository(path)
  const refusedFor = async (path: string) => {
    const error = await rejectsWith('ORCH_REPOSITORY', inspect(path))
    expect(error.message).to.contain(path).and.contain('does not know this folder')
    return error
  }

  it('are one for a main tree, a linked worktree, a submodule, and a bare repository in the folder', async () => {
    expect((await inspect(app)).tie).to.equal('own')
    await sandbox.git(app, 'worktree', 'add', '--quiet', '-b', 'one', sandbox.path('one'))
    expect((await inspect(sandbox.path('one'))).tie).to.equal('linked')
    await sandbox.git(app, 'submodule', '--quiet', 'add', await sandbox.repository('library'), 'lib')
    expect((await inspect(join(app, 'lib'))).tie).to.equal('own')
    await sandbox.git(sandbox.folder, 'clone', '--quiet', '--bare', app, 'project/.bare')
    await writeFile(sandbox.path('project', '.git'), 'gitdir: ./.bare\n')
    expect(await inspect(sandbox.path('project'))).to.include({tie: 'own', root: sandbox.path('project', '.bare')})
  })

  it('are not one because a .git file names the git directory of another tree', async () => {
    await writeFile(join(evil, '.git'), 'gitdir: ../app/.git\n')
    await refusedFor(evil)
    await mkdir(join(evil, 'deep'))
    await rejectsWith('ORCH_REPOSITORY', inspect(join(evil, 'deep')))
  })

  it('are not one because .git is a link to the git directory of another tree', async () => {
    await symlink(join(app, '.git'), join(evil, '.git'))
    await refusedFor(evil)
  })

  it('are not one because a .git file names the entry of another worktree', async () => {
    await sandbox.git(app, 'worktree', 'add', '--quiet', '-b', 'one', sandbox.path('one'))
    await writeFile(join(evil, '.git'), `gitdir: ${join(app, '.git', 'worktrees', 'one')}\n`)
    expect((await refusedFor(evil)).remedy).to.contain('worktree repair')
  })

  it('are not one by an entry that the folder brings along', async () => {
    const entry = join(evil, 'entry')
    await sandbox.write(join(entry, 'commondir'), join(app, '.git'))
    await sandbox.write(join(entry, 'HEAD'), 'ref: refs/heads/main\n')
    await sandbox.write(join(entry, 'gitdir'), `${join(evil, '.git')}\n`)
    await writeFile(join(evil, '.git'), 'gitdir: entry\n')
    await refusedFor(evil)
    await rm(join(evil, '.git'))
    await rename(entry, join(evil, '.git'))
    await refusedFor(evil)
  })

  it('are not one because a .git file names a bare repository elsewhere', async () => {
    await sandbox.git(sandbox.folder, 'clone', '--quiet', '--bare', app, 'bare.git')
    await writeFile(join(evil, '.git'), 'gitdir: ../bare.git\n')
    await refusedFor(evil)
  })

  it('are one by the word of the folder alone after git init --separate-git-dir', async () => {
    const apart = sandbox.path('apart')
    await mkdir(apart)
    await sandbox.git(apart, 'init', '--quiet', `--separate-git-dir=${sandbox.path('apart-git')}`)
    await sandbox.commit(apart, {a: 'a'})
    expect((await inspect(apart)).tie).to.equal('claimed')
    await sandbox.git(apart, 'worktree', 'add', '--quiet', '-b', 'x', sandbox.path('x'))
    expect((await inspect(sandbox.path('x'))).tie).to.equal('linked')
    await sandbox.git(apart, 'config', 'core.worktree', apart)
    expect((await inspect(apart)).tie).to.equal('own')
    await writeFile(join(evil, '.git'), 'gitdir: ../apart-git\n')
    await rejectsWith('ORCH_REPOSITORY', inspect(evil))
  })

  it('are one again after the repair that the refusal of a moved worktree names', async () => {
    await sandbox.git(app, 'worktree', 'add', '--quiet', '-b', 'one', sandbox.path('one'))
    await rename(sandbox.path('one'), sandbox.path('moved'))
    const {remedy} = await refusedFor(sandbox.path('moved'))
    const [, command] = /git -C (".*" worktree repair ".*")/.exec(remedy) ?? []
    const [repository, path] = [...command!.matchAll(/"([^"]+)"/g)].map(([, quoted]) => quoted!)
    await sandbox.git(repository!, 'worktree', 'repair', path!)
    expect((await inspect(sandbox.path('moved'))).tie).to.equal('linked')
  })

  describe('refused because the configuration contradicts the files', () => {
    it('a checked-out tree that calls itself bare, also from a linked worktree and by a move of the branch', async () => {
      await sandbox.git(app, 'worktree', 'add', '--quiet', '-b', 'one', sandbox.path('one'))
      const to = await sandbox.commit(sandbox.path('one'), {'b.txt': 'b\n'})
      const before = await readFile(join(app, '.git', 'index'))
      await sandbox.git(app, 'config', 'core.bare', 'true')
      for (const path of [app, sandbox.path('one')]) {
        const {message, remedy} = await rejectsWith('ORCH_REPOSITORY', inspect(path))
        expect(message).to.contain('core.bare')
        expect(remedy).to.contain(`git config --file "${join(app, '.git', 'config')}" core.bare false`)
      }
      const forward = () => sandbox.workspace().fastForwardParent({repository: app, branch: 'main', to})
      await rejectsWith('ORCH_REPOSITORY', forward())
      expect(await readFile(join(app, '.git', 'index'))).to.deep.equal(before)
      expect(await sandbox.git(app, 'rev-parse', 'main')).to.not.equal(to)
      await sandbox.git(app, 'config', '--file', join(app, '.git', 'config'), 'core.bare', 'false')
      await forward()
      expect(await sandbox.git(app, 'status', '--porcelain')).to.equal('')
    })

    it('a working tree elsewhere', async () => {
      await mkdir(sandbox.path('elsewhere'))
      await sandbox.git(app, 'config', 'core.worktree', sandbox.path('elsewhere'))
      const {message, remedy} = await rejectsWith('ORCH_REPOSITORY', inspect(app))
      expect(message).to.contain('core.worktree')
      await sandbox.git(app, ...remedy.slice(remedy.indexOf('config')).replaceAll('"', '').split(' '))
      expect(await inspect(app)).to.include({root: app, tie: 'own'})
    })

    it('a working tree and bare at once', async () => {
      await sandbox.git(app, 'config', 'core.worktree', app)
      await sandbox.git(app, 'config', 'core.bare', 'true')
      expect((await rejectsWith('ORCH_REPOSITORY', inspect(app))).remedy).to.contain('core.bare false')
    })

    for (const [what, content] of [
      ['empty', ''],
      ['torn', 'ref: refs/hea'],
      ['gone', null],
    ] as const) {
      it(`a HEAD that is ${what}`, async () => {
        const head = join(app, '.git', 'HEAD')
        if (content === null) await rm(head)
        else await writeFile(head, content)
        const {message, remedy} = await rejectsWith('ORCH_REPOSITORY', inspect(app))
        expect(message).to.contain('HEAD')
        expect(remedy).to.contain(head)
      })
    }
  })

  it('tells what is under way in it, and that commits are signed', async () => {
    expect(await inspect(app)).to.include({operation: null, signsCommits: false})
    await writeFile(join(app, '.git', 'MERGE_HEAD'), `${await sandbox.git(app, 'rev-parse', 'HEAD')}\n`)
    await sandbox.git(app, 'config', 'commit.gpgSign', 'true')
    expect(await inspect(app)).to.include({operation: 'a merge', signsCommits: true})
  })
})
