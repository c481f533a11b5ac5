import {expect} from 'chai'
import {liveStatusOf} from '../../../src/services/status/live-check.js'
import {liveStatusLines} from '../../../src/view/live-status-view.js'
import {aProject, anAgent, EPOCH} from '../../support/builders.js'
import {aWorld} from '../../support/world.js'

describe('how a team stands in fact', () => {
  it('is looked at without a change: process, limit, branch and worktree of each agent', async () => {
    const limited = {what: 'limit', until: EPOCH + 60_000, holder: null} as const
    const world = aWorld({
      projects: [
        aProject({
          state: 'blocked',
          reason: 'no licence',
          agents: [anAgent(), anAgent({role: 'tester', state: 'exited'}), anAgent({role: 'writer', state: 'limited', waitingFor: limited})],
        }),
      ],
    })
    const command = {argv: ['a', 'b'], cwd: '/', env: {}}
    const {session} = await world.terminal.createSession({name: 'p_1', windowName: 'developer', command})
    const dead = await world.terminal.createWindow({session, windowName: 'tester', command})
    world.terminal.end(dead.pane)
    await world.files.makeFolder(world.agent().worktree)
    const before = world.project()
    const standing = await liveStatusOf(before, world)
    expect(standing.agents.map(({role, alive, worktreeThere, limitedUntil}) => [role, alive, worktreeThere, limitedUntil])).to.deep.equal([
      ['developer', true, true, null],
      ['tester', false, false, null],
      ['writer', false, false, EPOCH + 60_000],
    ])
    expect(world.project()).to.equal(before)
    const [head, ...lines] = liveStatusLines(standing, EPOCH)
    expect(head).to.equal('p_1  blocked: no licence')
    expect(lines[0]).to.match(/developer\s+working\s+alive\s.*orch\/demo\/developer/)
    expect(lines[1]).to.match(/tester\s+exited\s+no process\s.*\(gone\)/)
    expect(lines[2]).to.include('limited until')
  })
})
