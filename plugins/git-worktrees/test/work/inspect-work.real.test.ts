import {expect} from 'chai'
import {mkdir, rm, symlink, utimes} from 'node:fs/promises'
import {join} from 'node:path'
import type {Workspace, WorkFinding} from '@orch/plugin-kit'
import {Sandbox} from '../support/sandbox.js'

const BRANCH = 'orch/demo-123456/developer'

describe('inspectWork', () => {
  let sandbox: Sandbox
  let workspace: Workspace
  let repository: string
  let base: string
  let path: string
  let since: number

  beforeEach(async () => {
    sandbox = await Sandbox.make()
    workspace = sandbox.workspace()
    repository = await sandbox.repository('repo', {'a.txt': 'a\n', '.gitignore': 'node_modules/\n*.log\ncache/\n'})
    base = await sandbox.git(repository, 'rev-parse', 'HEAD')
    since = Date.now()
    path = await worktree('developer', BRANCH)
  })
  afterEach(() => sandbox.dispose())

  const worktree = async (role: string, branch: string) =>
    (await workspace.ensureWorktree({repository, path: sandbox.path('state', 'worktrees', role), branch, base, copy: [], runHooks: false}))
      .path
  const git = (...args: string[]) => sandbox.git(path, ...args)
  const findings = async (tree = path, branch = BRANCH): Promise<Partial<Record<WorkFinding['kind'], readonly string[]>>> => {
    const {findings: found} = await workspace.inspectWork({path: tree, branch, base, since})
    return Object.fromEntries(found.map(({kind, items}) => [kind, items]))
  }
  /** A repository with one commit. */
  const inner = async (name: string, tree = path) => {
    const folder = join(tree, name)
    await mkdir(folder, {recursive: true})
    await sandbox.git(folder, 'init', '--quiet')
    await sandbox.commit(folder, {'work.js': 'precious\n'}, 'inner')
    return folder
  }

  it('finds nothing beside committed work, generated files and copies of the person included', async () => {
    await sandbox.commit(path, {'b.txt': 'b\n'})
    await sandbox.write(join(path, 'node_modules', 'left', 'index.js'), 'x')
    await sandbox.write(join(path, 'debug.log'), 'x')
    await sandbox.commit(repository, {'c.txt': 'of the person\n'})
    expect(await findings()).to.deep.equal({})
  })

  describe('of commits on a detached HEAD that was left', () => {
    /** @returns the commits, the last of them first */
    const leave = async (...names: string[]) => {
      const made: string[] = []
      await git('switch', '--quiet', '--detach')
      for (const name of names) made.unshift((await sandbox.commit(path, {[name]: `${name}\n`})).slice(0, 12))
      await git('switch', '--quiet', BRANCH)
      return made
    }

    it('names the last one, whatever came after it', async () => {
      await sandbox.commit(path, {'b.txt': 'b\n'})
      const [tip] = await leave('one.txt', 'two.txt')
      await sandbox.commit(path, {'c.txt': 'c\n'})
      expect(await findings()).to.deep.equal({left: [tip]})
    })

    it('names each, also when a ref of orch keeps them', async () => {
      const [first] = await leave('one.txt')
      const [second] = await leave('two.txt')
      await git('update-ref', 'refs/orch/rescue/p/r/1', second!)
      expect(await findings()).to.deep.equal({left: [second, first]})
    })

    it('names none that a branch, a tag or the branch of the work has', async () => {
      for (const keep of [
        ['branch', 'orch/demo-123456/other'],
        ['tag', 'of-somebody'],
        ['merge', '--quiet', '-s', 'ours'],
      ]) {
        const [tip] = await leave(`${keep[0]}.txt`)
        await git(...keep, tip!)
      }
      expect((await findings()).left).to.equal(undefined)
    })

    it('names none that was taken over: picked, squashed, or squashed and changed since', async () => {
      const [picked] = await leave('picked.txt')
      await git('cherry-pick', picked!)
      const [squashed] = await leave('one.txt', 'two.txt')
      await git('merge', '--quiet', '--squash', squashed!)
      await git('commit', '--quiet', '-m', 'squashed')
      await sandbox.commit(path, {'two.txt': 'changed since\n'})
      expect(await findings()).to.deep.equal({})
    })

    it('names none that somebody else made', async () => {
      await sandbox.commit(repository, {'theirs.txt': 'x\n'})
      const theirs = await sandbox.git(repository, 'rev-parse', 'HEAD')
      await sandbox.git(repository, 'reset', '--quiet', '--hard', base)
      await git('switch', '--quiet', '--detach', theirs)
      await git('switch', '--quiet', BRANCH)
      expect(await findings()).to.deep.equal({})
    })
  })

  it('tells changed, staged, untracked and intended files', async () => {
    await sandbox.commit(path, {'b.txt': 'b\n', 'c.txt': 'c\n'})
    await sandbox.write(join(path, 'a.txt'), 'changed\n')
    await sandbox.write(join(path, 'b.txt'), 'staged\n')
    await git('add', 'b.txt')
    await sandbox.write(join(path, 'later.txt'), 'x')
    await git('add', '--intent-to-add', 'later.txt')
    await sandbox.write(join(path, 'new.txt'), 'x')
    const {changed, untracked} = await findings()
    expect(changed).to.have.members(['a.txt', 'b.txt', 'later.txt'])
    expect(untracked).to.deep.equal(['new.txt'])
  })

  it('sees through status.showUntrackedFiles=no', async () => {
    await git('config', 'status.showUntrackedFiles', 'no')
    await sandbox.write(join(path, 'new.txt'), 'x')
    expect(await findings()).to.deep.equal({untracked: ['new.txt']})
  })

  it('finds changes that the index is told to overlook', async () => {
    await sandbox.commit(path, {'b.txt': 'b\n'})
    await git('update-index', '--assume-unchanged', 'a.txt')
    await git('update-index', '--skip-worktree', 'b.txt')
    await sandbox.write(join(path, 'a.txt'), 'changed\n')
    await sandbox.write(join(path, 'b.txt'), 'changed as well\n')
    expect(await findings()).to.deep.equal({hidden: ['a.txt', 'b.txt']})
  })

  it('finds a repository in the tree, tracked or not', async () => {
    await inner('lib')
    expect(await findings()).to.deep.equal({nested: ['lib']})
    await git('add', 'lib')
    await git('commit', '--quiet', '-m', 'a link without content')
    expect(await findings()).to.deep.equal({gitlink: ['lib']})
    await rm(join(path, 'lib'), {recursive: true})
    await mkdir(join(path, 'lib'))
    expect(await findings()).to.deep.equal({gitlink: ['lib']})
  })

  it('finds a repository with commits of its own where git ignores it, and no clone that a remote has', async () => {
    await inner('cache/deep/tool')
    await sandbox.git(path, 'clone', '--quiet', repository, join(path, 'cache', 'clone'))
    expect(await findings()).to.deep.equal({nested: ['cache/deep/tool']})
    await inner('cache/deep/tool', repository)
    expect(await findings()).to.deep.equal({})
  })

  it('finds a submodule whose commit no remote has', async () => {
    const upstream = await sandbox.repository('upstream')
    await git('submodule', '--quiet', 'add', upstream, 'lib')
    await git('commit', '--quiet', '-m', 'submodule')
    expect(await findings()).to.deep.equal({})
    await sandbox.commit(join(path, 'lib'), {'x.txt': 'x\n'})
    expect(await findings()).to.deep.equal({changed: ['lib']})
    await git('commit', '--quiet', '-am', 'move it')
    expect(await findings()).to.deep.equal({submodule: ['lib']})
    await sandbox.git(join(path, 'lib'), 'push', '--quiet', 'origin', 'HEAD:refs/heads/topic')
    expect(await findings()).to.deep.equal({})
  })

  it('names what is under way', async () => {
    await sandbox.commit(path, {'a.txt': 'ours\n'})
    await git('switch', '--quiet', '--detach', base)
    const theirs = await sandbox.commit(path, {'a.txt': 'theirs\n'})
    await git('switch', '--quiet', BRANCH)
    await git('cherry-pick', theirs).catch(() => undefined)
    expect((await findings()).operation).to.deep.equal(['a cherry-pick'])
    await git('cherry-pick', '--abort')
    await git('bisect', 'start')
    expect((await findings()).operation).to.deep.equal(['a bisect'])
  })

  it('finds commits on another branch and tag of the agent, and none of others', async () => {
    await git('switch', '--quiet', '-c', 'side')
    await sandbox.commit(path, {'side.txt': 'x\n'})
    await git('tag', 'v-mine')
    await git('switch', '--quiet', BRANCH)
    await sandbox.commit(path, {'b.txt': 'b\n'})
    await sandbox.commit(repository, {'c.txt': 'of the person\n'})
    await sandbox.git(repository, 'branch', 'of-the-person')
    expect(await findings()).to.deep.equal({ref: ['side', 'v-mine']})
    await git('merge', '--quiet', 'side')
    expect(await findings()).to.deep.equal({})
  })

  it('finds stashes of its own branch only', async () => {
    const other = await worktree('tester', 'orch/demo-123456/tester')
    for (const tree of [path, other, repository]) {
      await sandbox.write(join(tree, 'a.txt'), `of ${tree}\n`)
      await sandbox.git(tree, 'stash', 'push', '--quiet', ...(tree === other ? ['-m', 'later'] : []))
    }
    expect(await findings()).to.deep.equal({stash: ['stash@{2}']})
    expect(await findings(other, 'orch/demo-123456/tester')).to.deep.equal({stash: ['stash@{1}']})
  })

  it('finds work in a worktree that the agent made, inside or elsewhere', async () => {
    await sandbox.commit(path, {'b.txt': 'b\n'})
    for (const place of [join(path, 'inside'), sandbox.path('elsewhere')]) {
      await git('worktree', 'add', '--quiet', '--detach', place)
      await sandbox.commit(place, {'c.txt': `in ${place}\n`})
    }
    expect((await findings()).worktree).to.deep.equal([join(path, 'inside')])
    await git('cherry-pick', await sandbox.git(join(path, 'inside'), 'rev-parse', 'HEAD'))
    await sandbox.git(join(path, 'inside'), 'reset', '--quiet', '--hard', await git('rev-parse', 'HEAD'))
    expect(await findings()).to.deep.equal({})
  })

  describe('of ignored files', () => {
    it('finds what an exclude file from after the start hides, and not what an older one does', async () => {
      await sandbox.write(join(repository, '.git', 'info', 'exclude'), 'secret/\nwork.py\n')
      await sandbox.write(join(path, 'work.py'), 'x')
      await sandbox.write(join(path, 'secret', 'plan.txt'), 'x')
      expect((await findings()).excluded).to.have.members(['secret/', 'work.py'])
      const before = (since - 60_000) / 1000
      await utimes(join(repository, '.git', 'info', 'exclude'), before, before)
      expect(await findings()).to.deep.equal({})
    })

    it('finds what the user’s own exclude file hides since the start', async () => {
      await sandbox.write(sandbox.path('home', 'ignore'), 'work.py\n.claude/\n')
      await git('config', '--global', 'core.excludesFile', sandbox.path('home', 'ignore'))
      await sandbox.write(join(path, 'work.py'), 'x')
      await sandbox.write(join(path, '.claude', 'settings.local.json'), '{}')
      expect(await findings()).to.deep.equal({excluded: ['work.py']})
    })

    it('names source files that a new rule of a .gitignore hides, and nothing that tools make', async () => {
      await sandbox.commit(path, {'.gitignore': 'node_modules/\n*.log\ncache/\nsrc/hidden.ts\ndist/\n'})
      await sandbox.write(join(path, 'src', 'hidden.ts'), 'x')
      await sandbox.write(join(path, 'dist', 'index.js'), 'x')
      await sandbox.write(join(path, 'debug.log'), 'x')
      expect(await findings()).to.deep.equal({ignored: ['src/hidden.ts']})
    })
  })

  it('names committed links that lead out, and pointers without content', async () => {
    await symlink('/etc/hosts', join(path, 'absolute'))
    await symlink('../../outside', join(path, 'upwards'))
    await symlink('a.txt', join(path, 'fine'))
    await mkdir(join(path, 'deep'))
    await symlink('../a.txt', join(path, 'deep', 'fine'))
    const oid = 'ab'.repeat(32)
    await sandbox.commit(path, {'big.bin': `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 12345\n`})
    expect(await findings()).to.deep.equal({pointer: ['big.bin'], link: ['absolute', 'upwards']})
    await sandbox.write(join(repository, '.git', 'lfs', 'objects', 'ab', 'ab', oid), 'content')
    expect(await findings()).to.deep.equal({link: ['absolute', 'upwards']})
  })

  it('names commits that change nothing', async () => {
    await git('commit', '--quiet', '--allow-empty', '-m', 'nothing')
    expect(Object.keys(await findings())).to.deep.equal(['empty'])
  })

  it('writes nothing: index, refs and files stay as they are', async () => {
    await sandbox.write(join(path, 'new.txt'), 'x')
    await inner('lib')
    const state = async () => [await git('rev-parse', 'HEAD'), await git('for-each-ref'), await git('status', '--porcelain')]
    const before = await state()
    await findings()
    expect(await state()).to.deep.equal(before)
  })
})
