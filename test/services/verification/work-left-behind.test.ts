import {expect} from 'chai'
import type {WorktreeFacts} from '@orch/plugin-kit'
import {WorkLeftBehind} from '../../../src/services/verification/work-left-behind.js'
import {aProject, anAgent, someOptions} from '../../support/builders.js'
import {aWorld, type World} from '../../support/world.js'
import type {Project} from '../../../src/domain/model/project.js'

const MANAGER = anAgent({role: 'project-manager', owes: 'nothing'})
const SETUP = someOptions({setup: [{command: 'npm ci', origin: 'flag'}]})

describe('WorkLeftBehind', () => {
  let world: World
  let left: WorkLeftBehind

  function open(facts: Partial<WorktreeFacts>, changes: Partial<Project> = {}): void {
    world = aWorld({projects: [aProject({agents: [MANAGER], ...changes})]})
    world.workspace.commit(MANAGER.worktree, MANAGER.branch, 'notes')
    world.workspace.worktrees.set(MANAGER.worktree, {...world.workspace.worktrees.get(MANAGER.worktree)!, ...facts})
    left = new WorkLeftBehind(world)
  }
  const keep = () => left.keep(world.project(), 'base')

  it('keeps and names files that a role which owes no commits left uncommitted', async () => {
    open({changed: ['README.md'], untracked: ['notes.md']})
    world.workspace.rescues = true
    const at = world.clock.now()
    expect(await keep()).to.deep.equal([
      {
        agent: MANAGER.id,
        role: 'project-manager',
        what: ['changes that are not committed in README.md', 'new files that are not committed: notes.md'],
        ref: `refs/orch/rescue/p_1/project-manager/${at}`,
        at,
      },
    ])
  })

  it('keeps what it named before under the same ref', async () => {
    open({untracked: ['notes.md']}, {leftBehind: [{agent: MANAGER.id, role: MANAGER.role, what: [], ref: null, at: 7}]})
    world.workspace.rescues = true
    expect((await keep())[0]).to.include({ref: 'refs/orch/rescue/p_1/project-manager/7', at: 7})
  })

  it('names commits of a detached HEAD, unless the branch has them', async () => {
    open({branch: null, head: 'alone'})
    expect((await keep())[0]!.what).to.deep.equal(['commits on a detached HEAD: alone'])
    open({branch: null})
    expect(await keep()).to.deep.equal([])
  })

  it('names work that lies elsewhere without keeping it once more', async () => {
    open({})
    world.workspace.hidden.set(MANAGER.worktree, [
      {kind: 'stash', items: ['stash@{0}']},
      {kind: 'empty', items: ['x']},
    ])
    expect(await keep()).to.deep.include.members([
      {agent: MANAGER.id, role: 'project-manager', what: ['work in stash@{0}'], ref: null, at: world.clock.now()},
    ])
    expect(world.workspace.calls).to.deep.equal([])
  })

  it('names nothing that the set-up commands made', async () => {
    open({changed: ['package-lock.json'], untracked: ['installed.txt', 'notes.md']}, {options: SETUP})
    world.files.put(`${MANAGER.directory}/setup.done`, 'digest')
    world.files.changedAt.set(`${MANAGER.directory}/setup.done`, 100)
    for (const [name, at] of [
      ['package-lock.json', 90],
      ['installed.txt', 100],
      ['notes.md', 101],
    ] as const) {
      world.files.put(`${MANAGER.worktree}/${name}`, '')
      world.files.changedAt.set(`${MANAGER.worktree}/${name}`, at)
    }
    expect((await keep())[0]!.what).to.deep.equal(['new files that are not committed: notes.md'])
  })

  it('goes on past a worktree that cannot be read, or that is not there', async () => {
    open({untracked: ['notes.md']}, {agents: [anAgent(), MANAGER]})
    expect((await keep()).map(({role}) => role)).to.deep.equal(['project-manager'])
    world.workspace.inspectWork = () => Promise.reject(new Error('damaged'))
    expect(await keep()).to.deep.equal([])
    expect(JSON.stringify(world.logger.lines)).to.include('is not known')
  })

  it('names what could not be kept', async () => {
    open({untracked: ['notes.md']})
    world.workspace.rescue = () => Promise.reject(new Error('no space left'))
    expect((await keep())[0]).to.deep.include({ref: null, what: ['new files that are not committed: notes.md']})
  })
})
