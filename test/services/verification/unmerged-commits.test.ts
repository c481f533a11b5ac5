import {expect} from 'chai'
import {UnmergedCommits} from '../../../src/services/verification/unmerged-commits.js'
import {WorkLeftBehind} from '../../../src/services/verification/work-left-behind.js'
import {aMerge, aProject, anAgent, someOptions} from '../../support/builders.js'
import {aWorld, type World} from '../../support/world.js'
import type {Project} from '../../../src/domain/model/project.js'

const MANAGER = anAgent({role: 'project-manager', owes: 'nothing'})
const INTEGRATED = {branch: 'orch/demo/integration', sha: 'base+developer'}

describe('UnmergedCommits', () => {
  let world: World

  /** @param heads where the branches point, by role */
  async function record(changes: Partial<Project>, heads: Readonly<Record<string, string>>): Promise<Project['unmerged']> {
    world = aWorld({projects: [aProject({agents: [anAgent(), MANAGER], ...changes})]})
    for (const [role, head] of Object.entries(heads)) world.workspace.refs.set(`refs/heads/orch/demo/${role}`, head)
    await new UnmergedCommits({...world, leftBehind: new WorkLeftBehind(world)}).record(world.project())
    return world.project().unmerged
  }

  it('names a branch with commits that came after the verification, with their number', async () => {
    const verification = {verified: true, evidence: [], candidate: 'base+developer'}
    const heads = {developer: 'developer', 'project-manager': 'base+notes+more'}
    expect(await record({state: 'completed', integration: INTEGRATED, verification}, heads)).to.deep.equal([
      {
        agent: 'a_projectmanager',
        role: 'project-manager',
        branch: 'orch/demo/project-manager',
        commits: 2,
        reason: 'committed after the result was verified',
      },
    ])
  })

  it('gives the reason why a branch was left out of the merge', async () => {
    const merge = aMerge({...MANAGER, agent: MANAGER.id, state: 'conflicted', reason: 'conflicts in README.md'})
    const [work] = (await record({state: 'merging', integration: INTEGRATED, merges: [merge]}, {'project-manager': 'notes'}))!
    expect(work).to.include({role: 'project-manager', reason: 'conflicts in README.md'})
  })

  it('names every branch with commits of a project that was called off', async () => {
    const unmerged = await record({state: 'cancelled'}, {developer: 'developer', 'project-manager': 'base'})
    expect(unmerged!.map(({role, reason}) => [role, reason])).to.deep.equal([
      ['developer', 'the project was cancelled before it was merged'],
    ])
  })

  it('compares with the verified candidate where the policy merges nothing', async () => {
    const verification = {verified: true, evidence: [], candidate: 'base+developer'}
    const options = someOptions({merge: 'none'})
    expect(await record({state: 'completed', options, verification}, {developer: 'developer'})).to.equal(undefined)
  })

  it('names what a role left outside of its branch', async () => {
    await record({state: 'cancelled'}, {})
    const {worktree, branch} = MANAGER
    world.workspace.commit(worktree, branch, 'base')
    world.workspace.hidden.set(worktree, [{kind: 'left', items: ['abc']}])
    await new UnmergedCommits({...world, leftBehind: new WorkLeftBehind(world)}).record(world.project())
    expect(world.project().leftBehind!.map(({role, what}) => [role, what])).to.deep.equal([
      ['project-manager', ['commits on a detached HEAD: abc']],
    ])
  })

  it('writes nothing when there is nothing to name', async () => {
    await record({}, {})
    expect(world.project().revision).to.equal(1)
  })
})
