import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {FakeClock} from '@orch/plugin-kit/testing'
import {Sandbox} from '../../../plugins/git-worktrees/test/support/sandbox.js'
import {LocalFiles} from '../../../src/adapters/local-files.js'
import {OrphanWorktrees} from '../../../src/services/cleanup/orphan-worktrees.js'
import {aProject, anAgent} from '../../support/builders.js'
import {aWorld} from '../../support/world.js'

describe('worktrees without a record', () => {
  let sandbox: Sandbox
  let repo: string
  let projects: string
  beforeEach(async () => {
    sandbox = await Sandbox.make()
    repo = await sandbox.repository('repo', {'a.txt': 'a\n'})
    projects = sandbox.path('projects')
  })
  afterEach(() => sandbox.dispose())

  const cleaner = (state: 'running' | 'completed') => {
    const {store, host} = aWorld({projects: [aProject({id: 'p_1', state, agents: [anAgent()]})]})
    return new OrphanWorktrees({store, host, projects, workspace: sandbox.workspace(), files: new LocalFiles(), clock: new FakeClock()})
  }

  for (const [what, ...args] of [
    ['a branch of its own', '-b', 'mine'],
    ['a commit without a branch', '--detach'],
  ] as const)
    it(`that an agent made on ${what} are removed as it was offered, and their commits are kept`, async () => {
      const path = join(projects, 'p_1', 'worktrees', 'spare')
      await mkdir(join(projects, 'p_1', 'worktrees'), {recursive: true})
      await sandbox.git(repo, 'worktree', 'add', '--quiet', ...args, path)
      await sandbox.git(path, 'commit', '--quiet', '--allow-empty', '--message', 'work')
      const [leftover, ...others] = await cleaner('completed').find()
      expect([leftover?.id, others]).to.deep.equal([path, []])
      const {done, what: said} = await cleaner('completed').clear(leftover!)
      expect(done, said).to.equal(true)
      expect(await sandbox.git(repo, 'log', '--all', '--format=%s')).to.include('work')
      expect(await sandbox.git(repo, 'worktree', 'list', '--porcelain')).not.to.include(path)
    })

  it('are not offered while an agent of their project may use them', async () => {
    const path = join(projects, 'p_1', 'worktrees', 'spare')
    await mkdir(join(projects, 'p_1', 'worktrees'), {recursive: true})
    await sandbox.git(repo, 'worktree', 'add', '--quiet', '--detach', path)
    expect(await cleaner('running').find()).to.deep.equal([])
  })
})
