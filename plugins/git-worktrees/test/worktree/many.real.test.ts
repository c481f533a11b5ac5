import {expect} from 'chai'
import {Sandbox} from '../support/sandbox.js'

describe('many at once on one repository', () => {
  let sandbox: Sandbox
  let repo: string
  beforeEach(async () => {
    sandbox = await Sandbox.make()
    repo = await sandbox.repository(
      'repo',
      Object.fromEntries(Array.from({length: 50}, (_, index) => [`d${index % 7}/f${index}`, `${index}`])),
    )
  })
  afterEach(() => sandbox.dispose())
  const request = (project: string, role: number) => ({
    repository: repo,
    path: sandbox.path('worktrees', project, `r${role}`),
    branch: `orch/${project}/r${role}`,
    base: 'main',
    copy: [],
    runHooks: false,
  })
  const roles = Array.from({length: 10}, (_, role) => role)

  it('makes ten worktrees for one workspace', async () => {
    const workspace = sandbox.workspace()
    const made = await Promise.all(roles.map((role) => workspace.ensureWorktree(request('p_1', role))))
    for (const facts of made) expect(facts).to.deep.include({changed: [], untracked: [], ahead: []})
    expect((await sandbox.git(repo, 'worktree', 'list')).split('\n')).to.have.length(11)
    await sandbox.git(repo, 'fsck', '--strict')
  })

  it('makes and removes them for two workspaces', async () => {
    const cycle = async (project: string) => {
      const workspace = sandbox.workspace()
      await Promise.all(roles.map((role) => workspace.ensureWorktree(request(project, role))))
      await Promise.all(roles.map((role) => workspace.removeWorktree({...request(project, role), mergedInto: 'main'})))
    }
    await Promise.all([cycle('p_1'), cycle('p_2')])
    expect((await sandbox.git(repo, 'worktree', 'list')).split('\n')).to.have.length(1)
    expect((await sandbox.git(repo, 'branch', '--list', 'orch/*')).split('\n')).to.have.length(20)
    await sandbox.git(repo, 'fsck', '--strict')
  })

  it('lets one of two movers win', async () => {
    const shas = await Promise.all(
      roles.map(async (role) => {
        const {path} = await sandbox.workspace().ensureWorktree(request('p_1', role))
        return sandbox.commit(path, {[`new${role}`]: ''})
      }),
    )
    const [from, branch] = [await sandbox.git(repo, 'rev-parse', 'main'), 'orch/p_1/integration']
    await sandbox.workspace().ensureBranch({repository: repo, branch, at: from})
    const results = await Promise.allSettled(shas.map((to) => sandbox.workspace().advance({repository: repo, branch, from, to})))
    expect(results.filter(({status}) => status === 'fulfilled')).to.have.length(1)
    for (const result of results) if (result.status === 'rejected') expect(result.reason).to.include({code: 'ORCH_CLASH'})
  })
})
