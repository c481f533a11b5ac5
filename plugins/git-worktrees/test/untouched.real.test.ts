import {expect} from 'chai'
import {readFile, symlink} from 'node:fs/promises'
import {join} from 'node:path'
import {fingerprint, Sandbox} from './support/sandbox.js'

/** What orch may write below `.git`: its refs with their logs, objects, worktree entries (and the folder git keeps empty for new refs). */
const OURS = [
  /^\.git\/objects\//,
  /^\.git\/worktrees\//,
  /^\.git\/refs\/heads\/orch\//,
  /^\.git\/logs\/refs\/heads\/orch\//,
  /^\.git\/refs\/orch\//,
]

describe('a whole cycle', () => {
  let sandbox: Sandbox
  let repo: string
  beforeEach(async () => {
    sandbox = await Sandbox.make()
    repo = await sandbox.repository('repo', {'a.txt': 'a\n', 'b.txt': 'b\n', '.gitignore': '.env\n', '.worktreeinclude': '.env\n'})
    await sandbox.git(repo, 'tag', '-a', '-m', 'tagged', 'v1')
    await sandbox.git(repo, 'branch', 'other')
    // A person in the middle of work: staged, changed, deleted, untracked, ignored, stashed, an index with stale times.
    await sandbox.write(join(repo, 'a.txt'), 'stashed\n')
    await sandbox.git(repo, 'stash')
    await sandbox.write(join(repo, 'staged.txt'), 'staged\n')
    await sandbox.git(repo, 'add', 'staged.txt')
    await sandbox.write(join(repo, 'a.txt'), 'a\n')
    await sandbox.write(join(repo, 'b.txt'), 'changed\n')
    await sandbox.write(join(repo, 'notes é.txt'), 'mine\n')
    await sandbox.write(join(repo, '.env'), 'KEY=1\n', 0o600)
    await symlink('a.txt', join(repo, 'link'))
  })
  afterEach(() => sandbox.dispose())

  it('leaves checkout, index, HEAD, configuration and refs of a person byte for byte as they were', async () => {
    const isOurs = (path: string) => OURS.some((pattern) => pattern.test(path))
    const state = async () => ({
      files: (await fingerprint(repo, isOurs)).filter((line) => !isOurs(line) && line !== '.git/refs/orch/'),
      refs: (await sandbox.git(repo, 'for-each-ref')).split('\n').filter((line) => !/refs\/(heads\/)?orch\//.test(line)),
      home: await fingerprint(sandbox.path('home')),
    })
    const before = await state()
    const workspace = sandbox.workspace()
    const branch = 'orch/p_1/integration'
    const at = (name: string) => sandbox.path('state', name)
    const roles = ['developer', 'tester', 'writer']

    await workspace.inspectRepository(repo)
    const from = await workspace.ensureBranch({repository: repo, branch, at: 'main'})
    const made = await Promise.all(
      roles.map((role) =>
        workspace.ensureWorktree({
          repository: repo,
          path: at(role),
          branch: `orch/p_1/${role}`,
          base: 'main',
          copy: ['.env'],
          runHooks: false,
        }),
      ),
    )
    const shas = await Promise.all(made.map(({path}, index) => sandbox.commit(path, {[index === 2 ? 'f1' : `f${index}`]: roles[index]!})))
    await workspace.ensureScratch({repository: repo, path: at('scratch'), at: branch})
    const outcomes = []
    let onto = branch
    for (const commit of shas) {
      const merged = await workspace.merge({repository: repo, scratch: at('scratch'), onto, commit, message: `Merge ${commit}`})
      outcomes.push(merged)
      if ('sha' in merged) onto = merged.sha
    }
    expect(outcomes.map(({outcome}) => outcome)).to.deep.equal(['merged', 'merged', 'conflicted'])
    const [, second] = outcomes
    await workspace.advance({repository: repo, branch, from, to: (second as {sha: string}).sha})
    await sandbox.write(join(at('writer'), 'draft.txt'), 'draft\n')
    const kept = await workspace.rescue({path: at('writer'), base: branch, project: 'p_1', role: 'writer', at: Date.now()})
    await workspace.diff({repository: repo, from, to: branch})
    await workspace.removeWorktree({repository: repo, path: at('developer'), mergedInto: branch})
    await workspace.removeWorktree({repository: repo, path: at('tester'), mergedInto: branch})
    await workspace.ensureScratch({repository: repo, path: at('scratch'), at: branch})
    await workspace.removeWorktree({repository: repo, path: at('scratch'), mergedInto: branch})

    expect(await state()).to.deep.equal(before)
    expect(await readFile(join(repo, '.env'), 'utf8')).to.equal('KEY=1\n')
    expect(await sandbox.git(repo, 'ls-tree', '-r', '--name-only', kept!.ref)).to.contain('draft.txt')
    expect(await sandbox.git(repo, 'fsck', '--strict', '--no-dangling')).to.equal('')
    expect((await sandbox.git(repo, 'worktree', 'list')).split('\n')).to.have.length(2)
  })
})
