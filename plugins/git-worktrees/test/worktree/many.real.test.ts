import {readFile} from 'node:fs/promises'
import type {OrchError, ProcessRunner} from '@orch/plugin-kit'
import {expect} from 'chai'
import {GitWorkspace} from '../../src/workspace.js'
import {Sandbox} from '../support/sandbox.js'
import {ensured} from '../support/ensured.js'

/** What a start of agents asks git for. */
const COMMANDS = ['worktree', 'update-ref', 'reset', 'status', 'config', 'rev-parse']

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
    const made = await Promise.all(roles.map((role) => ensured(workspace, request('p_1', role))))
    for (const facts of made) expect(facts).to.deep.include({changed: [], untracked: [], ahead: []})
    expect((await sandbox.git(repo, 'worktree', 'list')).split('\n')).to.have.length(11)
    await sandbox.git(repo, 'fsck', '--strict')
  })

  it('costs two commands of git for each of them and a few for all', async () => {
    const base = await sandbox.git(repo, 'rev-parse', 'main')
    const {processes, ...parts} = sandbox.parts()
    const commands: string[] = []
    const counting: ProcessRunner = {
      run: (file, args, options) => {
        commands.push(args.find((word) => COMMANDS.includes(word)) ?? args.join(' '))
        return processes.run(file, args, options)
      },
      start: (...call) => processes.start(...call),
    }
    const workspace = new GitWorkspace({...parts, processes: counting})
    await Promise.all(roles.map((role) => workspace.ensureWorktree({...request('p_1', role), base})))
    const of = (name: string) => commands.filter((command) => command === name).length
    expect(of('reset')).to.equal(10)
    // Ten are added, and listed once for each turn: the first may not know of the others yet.
    expect(of('worktree')).to.be.within(11, 13)
    expect(of('update-ref')).to.be.within(1, 3)
    expect(of('status')).to.equal(0)
    expect(commands.length).to.be.below(33)
  })

  it('tells each of a turn what is wrong with its own', async () => {
    const workspace = sandbox.workspace()
    const base = await sandbox.git(repo, 'rev-parse', 'main')
    await sandbox.write(sandbox.path('worktrees', 'p_1', 'r3', 'mine.txt'), 'mine')
    const inside = {...request('p_1', 8), path: sandbox.path('worktrees', 'p_1', 'r1', 'r8')}
    const asked = [...roles.slice(0, 8).map((role) => request('p_1', role)), inside, {...request('p_1', 9), branch: 'orch/p_1/r2'}]
    const results = await Promise.allSettled(
      asked.map((one, index) => workspace.ensureWorktree({...one, base: index === 5 ? 'f'.repeat(40) : base})),
    )
    const failed = results.flatMap((result, index) => (result.status === 'rejected' ? [[index, (result.reason as OrchError).code]] : []))
    expect(failed).to.deep.equal([
      [3, 'ORCH_REFUSED'],
      [5, 'ORCH_NOT_FOUND'],
      [8, 'ORCH_REFUSED'],
      [9, 'ORCH_CLASH'],
    ])
    expect(await readFile(sandbox.path('worktrees', 'p_1', 'r3', 'mine.txt'), 'utf8')).to.equal('mine')
    expect(await sandbox.git(repo, 'branch', '--list', 'orch/p_1/r3', 'orch/p_1/r8')).to.equal('')
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
