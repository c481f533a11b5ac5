import {expect} from 'chai'
import {appendFile, mkdir, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {RepositoryObservation} from '@orch/plugin-kit'
import {fingerprint, Sandbox} from '../support/sandbox.js'

type Kind = keyof RepositoryObservation

describe('observeRepository', () => {
  let sandbox: Sandbox
  let repo: string
  beforeEach(async () => {
    sandbox = await Sandbox.make()
    repo = await sandbox.repository()
    await writeFile(join(repo, 'notes.txt'), 'mine\n')
  })
  afterEach(() => sandbox.dispose())
  const observe = () => sandbox.workspace().observeRepository(repo)
  const stamp = () => sandbox.workspace().repositoryStamp(join(repo, '.git'))
  const git = (...args: string[]) => sandbox.git(repo, ...args)

  /** Kinds of what differs after `work`. */
  async function changedBy(work: () => Promise<unknown>): Promise<{kinds: Kind[]; stamped: boolean}> {
    const [before, stampBefore] = [await observe(), await stamp()]
    await work()
    const after = await observe()
    const kinds = (Object.keys(after) as Kind[]).filter((kind) => JSON.stringify(before[kind]) !== JSON.stringify(after[kind]))
    return {kinds, stamped: (await stamp()) !== stampBefore}
  }

  const CHANGES: Readonly<Record<string, [work: () => Promise<unknown>, kinds: Kind[], isStamped?: boolean]>> = {
    'a setting': [() => git('config', 'core.hooksPath', 'x'), ['config', 'files']],
    'core.bare in a tree that is checked out': [() => git('config', 'core.bare', 'true'), ['config', 'files']],
    'a branch': [() => git('branch', 'deep/er/topic'), ['refs']],
    'a branch that moves': [() => git('update-ref', 'refs/heads/topic', 'HEAD~0'), ['refs']],
    'a tag': [() => git('tag', 'v1'), ['refs']],
    'a replacement object': [() => sandbox.commit(repo, {}).then((sha) => git('replace', sha, `${sha}~1`)), ['refs', 'files', 'tree']],
    'a commit': [() => sandbox.commit(repo, {'b.txt': 'b'}), ['refs', 'files', 'tree']],
    'another branch checked out': [() => git('switch', '--quiet', '-c', 'other'), ['head', 'refs']],
    'a stash': [() => writeFile(join(repo, 'a.txt'), 'b').then(() => git('stash', '--quiet')), ['refs', 'files']],
    'a hook': [() => sandbox.write(join(repo, '.git', 'hooks', 'pre-commit'), '#!/bin/sh\n', 0o755), ['files']],
    'patterns to ignore': [() => appendFile(join(repo, '.git', 'info', 'exclude'), 'x\n'), ['files']],
    grafts: [() => sandbox.write(join(repo, '.git', 'info', 'grafts'), ''), ['files']],
    'a worktree': [() => git('worktree', 'add', '--quiet', '--detach', sandbox.path('theirs')), ['worktrees']],
    'a staged file': [() => git('add', 'notes.txt'), ['files', 'tree']],
    'a file marked as unchanged': [() => git('update-index', '--assume-unchanged', 'a.txt'), ['files']],
    'an edit': [() => writeFile(join(repo, 'a.txt'), 'edited'), ['tree'], false],
    'an edit of an untracked file': [() => writeFile(join(repo, 'notes.txt'), 'other'), ['tree'], false],
    'an untracked file': [() => sandbox.write(join(repo, 'deep', 'new.txt'), ''), ['tree'], false],
  }

  for (const [what, [work, kinds, isStamped = true]] of Object.entries(CHANGES)) {
    it(`sees ${what}`, async () => {
      const changed = await changedBy(work)
      expect(changed.kinds).to.have.members(kinds)
      if (isStamped) expect(changed.stamped).to.equal(true)
    })
  }

  it('sees nothing of what orch does itself, and writes nothing', async () => {
    const workspace = sandbox.workspace()
    const {kinds} = await changedBy(async () => {
      const request = {
        repository: repo,
        path: sandbox.path('trees', 'one'),
        branch: 'orch/p_1/one',
        base: 'main',
        copy: [],
        runHooks: false,
      }
      const {path} = await workspace.ensureWorktree(request)
      await sandbox.commit(path, {'b.txt': 'b'})
      await writeFile(join(path, 'c.txt'), 'c')
      await workspace.rescue({path, base: 'main', project: 'p_1', role: 'one', at: 0})
      await workspace.ensureScratch({repository: repo, path: sandbox.path('trees', 'scratch'), at: 'main'})
      await workspace.ensureBranch({repository: repo, branch: 'orch/p_1/integration', at: 'main'})
    })
    expect(kinds).to.deep.equal([])
    const before = await fingerprint(repo)
    await observe()
    expect(await fingerprint(repo)).to.deep.equal(before)
  })

  it('stays the same while orch and its agents move branches of orch', async () => {
    await git('branch', 'orch/p_1/one')
    const before = await stamp()
    await git('update-ref', 'refs/heads/orch/p_1/one', await git('commit-tree', '-m', 'x', 'HEAD^{tree}'))
    expect(await stamp()).to.equal(before)
  })

  it('sees a push, and not a fetch', async () => {
    await sandbox.git(sandbox.folder, 'clone', '--quiet', '--bare', repo, 'origin.git')
    await git('remote', 'add', 'origin', sandbox.path('origin.git'))
    expect((await changedBy(() => git('fetch', '--quiet', 'origin'))).kinds).to.deep.equal([])
    await git('branch', 'mine')
    expect((await changedBy(() => git('push', '--quiet', 'origin', 'mine'))).kinds).to.deep.equal(['refs'])
  })

  it('is the same from a linked worktree, and tells of a bare repository what there is', async () => {
    await git('worktree', 'add', '--quiet', '--detach', sandbox.path('theirs'))
    expect(await sandbox.workspace().observeRepository(sandbox.path('theirs'))).to.deep.equal(await observe())
    await sandbox.git(sandbox.folder, 'clone', '--quiet', '--bare', repo, 'bare.git')
    const bare = await sandbox.workspace().observeRepository(sandbox.path('bare.git'))
    expect(bare).to.deep.include({tree: {}, head: {HEAD: 'refs/heads/main'}})
    expect(Object.keys(bare.refs)).to.deep.equal(['refs/heads/main'])
  })

  it('has what an included file and a worktree of its own say under their names', async () => {
    await mkdir(sandbox.path('more'))
    await writeFile(sandbox.path('more', 'included'), '[a]\n\tb = 1\n')
    await git('config', 'include.path', sandbox.path('more', 'included'))
    expect((await observe()).config).to.include({'a.b in ../../more/included': '["1"]'})
  })

  it('puts settings back, one or several values, and takes out what was not there', async () => {
    await git('config', '--add', 'x.y', 'one')
    await git('config', '--add', 'x.y', 'two')
    const before = (await observe()).config
    await git('config', '--unset-all', 'x.y')
    await git('config', 'filter.a b=c.clean', 'evil')
    const restore = (key: string, values: readonly string[]) =>
      sandbox.workspace().restoreSetting({commonDir: join(repo, '.git'), key, values})
    await restore('x.y', ['one', 'two'])
    await restore('filter.a b=c.clean', [])
    await restore('not.there', [])
    expect((await observe()).config).to.deep.equal(before)
    await rm(sandbox.path('more'), {recursive: true, force: true})
  })
})
