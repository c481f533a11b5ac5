import {expect} from 'chai'
import {outcomeOf} from '../../src/services/status/outcome.js'
import {outcomeLines} from '../../src/view/outcome-view.js'
import {aMerge, aProject, EPOCH, someOptions} from '../support/builders.js'
import type {Project} from '../../src/domain/model/project.js'

describe('outcomeLines', () => {
  it('names what changed in the repository, how to put it back, and what became of it', () => {
    const change = {id: 'config core.bare', what: 'core.bare is true', undo: 'git config x', at: 0, by: 'by developer', settled: null}
    expect(lines({repositoryChanges: [change]})).to.include('core.bare is true (by developer); to put it back: git config x')
    expect(lines({repositoryChanges: [{...change, settled: 'put back'}]})).to.include('(by developer); put back')
  })

  const lines = (changes: Partial<Project>) => outcomeLines(outcomeOf(aProject(changes))).join('\n')

  it('say how much the result changes, how to see it, how long it took and what it cost', () => {
    const project = aProject({
      state: 'completed',
      startedAt: EPOCH,
      finishedAt: EPOCH + 180_000,
      integration: {branch: 'orch/demo/integration', sha: 's'},
      options: someOptions({budget: {usd: 5, allowedUsd: 5}, plannerUsd: 0.5}),
    })
    const text = outcomeLines({...outcomeOf(project), size: {files: 3, insertions: 120, deletions: 4}}).join('\n')
    expect(text).to.include(`Changes: 3 files, +120 −4. See them: git diff ${project.base.slice(0, 12)} orch/demo/integration`)
    expect(text).to.include('Took 3 min, cost $0.50, not counting developer (cost not known).')
    const bare = outcomeLines(outcomeOf(aProject({state: 'completed'}))).join('\n')
    expect(bare).not.to.include('Changes:').and.not.include('cost')
  })

  it('say how to look at a team that is up', () => {
    expect(lines({state: 'running'})).to.include('Look: orch attach p_1 · orch report p_1 · orch status p_1')
  })

  it('say why a project stands still, and how it goes on', () => {
    expect(lines({state: 'blocked', reason: 'no licence'}))
      .to.include('is blocked: no licence.')
      .and.include('orch resume p_1')
      .and.include('orch attach p_1')
  })

  it('say what was verified and merged, where it lies, and send nobody to windows of a team that has stopped', () => {
    const done = lines({
      state: 'completed',
      verification: {verified: true, evidence: [{command: 'npm test', exitCode: 0, output: '', tookMs: 1} as never], candidate: 'c'},
      merges: [aMerge({state: 'merged', sha: 's'})],
      integration: {branch: 'orch/demo/integration', sha: '0123456789abcdef'},
    })
    expect(done).to.include('Verified: `npm test` exit 0.').and.include('Merged into orch/demo/integration (0123456789ab): developer.')
    expect(done).to.include('git log --oneline orch/demo/integration').and.not.include('orch attach')
    expect(lines({state: 'completed'})).to.include('Not verified')
  })

  describe('of what was asked to go to the parent', () => {
    const integration = {branch: 'orch/demo/integration', sha: '0123456789abcdef'}

    it('end with the branch that moved', () => {
      const moved = lines({state: 'completed', integration, parent: {branch: 'topic', moved: true, why: null}})
      expect(moved.split('\n').at(-1)).to.equal('Moved topic to 0123456789ab.')
      expect(moved).not.to.include('git merge')
    })

    it('say why the branch stays, and how to merge', () => {
      const why = 'the result is not verified'
      expect(lines({state: 'completed', integration, parent: {branch: 'topic', moved: false, why}})).to.include(
        'topic stays where it is: the result is not verified. To merge the result: git merge orch/demo/integration',
      )
    })
  })

  it('name the commands that were left out, and do not say there were none', () => {
    const leftOut = [{command: 'npm test', origin: 'spec', use: 'acceptance', reason: 'no trust'}] as const
    const unverified = lines({state: 'completed', options: someOptions({leftOut})})
    expect(unverified).to.include('Not verified: no acceptance command was run. Left out: `npm test` (no trust).')
    expect(unverified).not.to.include('there was no')
  })

  it('name what an agent left outside of its branch, and the ref that keeps it', () => {
    const leftBehind = [
      {agent: 'a_pm', role: 'project-manager', what: ['new files that are not committed: notes.md'], ref: 'refs/orch/rescue/p/pm/1', at: 1},
      {agent: 'a_qa', role: 'tester', what: ['work in stash@{0}'], ref: null, at: 1},
    ]
    expect(lines({state: 'failed', leftBehind}))
      .to.include('Left behind: project-manager, new files that are not committed: notes.md. Kept: git show refs/orch/rescue/p/pm/1')
      .and.match(/Left behind: tester, work in stash@\{0\}$/m)
  })

  it('name each branch with commits that are not in the result, how many, and why', () => {
    const unmerged = {
      agent: 'a_pm',
      role: 'project-manager',
      branch: 'orch/demo/project-manager',
      commits: 2,
      reason: 'conflicts in README.md',
    }
    expect(lines({state: 'completed', unmerged: [unmerged]})).to.include(
      'Left out: project-manager, 2 commits on orch/demo/project-manager: conflicts in README.md',
    )
  })
})
