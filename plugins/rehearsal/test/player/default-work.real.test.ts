import {writeFile} from 'node:fs/promises'
import path from 'node:path'
import {expect} from 'chai'
import {Stand} from '../support/stand.js'

const PLAN = {
  outline: {
    phases: [
      {
        tasks: [
          {id: 't1', title: 'Build it'},
          {id: 't2', title: 'Not mine'},
        ],
      },
    ],
  },
  team: {
    roles: [
      {key: 'developer', owes: 'commits', tasks: ['t1']},
      {key: 'project-manager', owes: 'nothing', tasks: []},
    ],
  },
}

describe('an agent without a script', function () {
  this.timeout(60_000)
  let stand: Stand

  beforeEach(async () => {
    stand = await Stand.make()
  })

  afterEach(async () => {
    await stand.destroy()
  })

  const start = async (env: Record<string, string>, role = 'developer') => {
    const plan = path.join(stand.folder, 'plan.json')
    await writeFile(plan, JSON.stringify(PLAN))
    await stand.start({env: {...stand.env, ORCH_PLAN: plan, ...env}, agent: {id: 'a_1', role, title: role}})
    await stand.hook('Stop')
  }

  it('commits notes on its own tasks, tells its project manager, and claims no more than that', async () => {
    await start({ORCH_TEAM: 'orchestrator,project-manager,developer', ORCH_OWES: 'commits'})
    const notes = stand.git('show', 'HEAD:rehearsal/developer/notes.md')
    expect(notes).to.contain('**No task was implemented.**')
    expect(notes).to.contain('- t1: Build it (not implemented)')
    expect(notes).to.contain('- Your work\n- Rules')
    expect(notes).to.not.contain('Not mine')
    expect(stand.git('status', '--porcelain')).to.equal('')
    const calls = await stand.calls()
    expect(calls.map((call) => call.slice(0, 2))).to.deep.equal([
      ['send', 'project-manager'],
      ['done', '--message=rehearsal: notes only, no task was implemented'],
    ])
  })

  it('takes team and debt from the plan, and lives without a project manager that listens', async () => {
    await stand.orch('[ "$1" = send ] && exit 3; exit 0')
    await start({})
    expect((await stand.calls()).map(([command]) => command)).to.deep.equal(['send', 'done'])
  })

  it('claims a report without commits', async () => {
    await start({ORCH_TEAM: 'developer', ORCH_OWES: 'report'})
    expect(await stand.calls()).to.deep.equal([['done', '--message=rehearsal: notes only, no task was implemented']])
    expect(stand.git('log', '--format=%s').trim()).to.equal('start')
  })

  it('claims nothing when it owes nothing, and writes no letter to itself', async () => {
    await start({ORCH_TEAM: 'project-manager,developer', ORCH_OWES: 'nothing'}, 'project-manager')
    expect(await stand.calls()).to.deep.equal([])
    expect(stand.git('log', '--format=%s').trim()).to.equal('start')
    expect(await stand.reading()).to.deep.equal({what: 'composer', draft: null})
  })
})
