import {stripVTControlCharacters} from 'node:util'
import {expect} from 'chai'
import {statusOf} from '../../src/services/status/status.js'
import {fitted, widthOf} from '../../src/view/fit.js'
import {statusLines} from '../../src/view/status-view.js'
import {EPOCH, aClaim, aMessage, aProject, anAgent, someOptions, someUsage} from '../support/builders.js'

const RUNNING = {running: true, pid: 1, socket: '/s'}
const local = (at: number) => {
  const two = (part: number) => String(part).padStart(2, '0')
  const date = new Date(at)
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
}

describe('statusLines', () => {
  const lines = (projects: Parameters<typeof statusOf>[0], supervisor = RUNNING, now = EPOCH + 65_000) =>
    stripVTControlCharacters(statusLines(statusOf(projects, supervisor, now), now).join('\n'))

  it('says how to begin when there is nothing', () => {
    expect(lines([])).to.equal('There is no project. Start one: orch run SPEC')
  })

  it('says that it is old when no supervisor runs', () => {
    expect(lines([], {...RUNNING, running: false})).to.match(/^! No supervisor runs: this is the last known state\./)
  })

  it('names agents that need a person as a command takes them, before everything else', () => {
    const agent = anAgent({state: 'needs-input', evidence: {source: 'screen', what: 'permission: May I?\nReally?', at: EPOCH}})
    const [title, need] = lines([aProject({agents: [agent]})]).split('\n')
    expect(title).to.equal('Needs you')
    expect(need).to.equal('  p_1:developer  permission: May I? Really? → orch attach p_1 developer  (1 min)')
  })

  for (const columns of [40, 80, 120]) {
    it(`fits ${columns} columns, with commands that can be copied`, () => {
      const what = 'the acceptance command `npm run test:integration` failed with exit 1 after the merge of developer'
      const agents = [anAgent({state: 'needs-input', evidence: {source: 'screen', what, at: EPOCH}}), anAgent({role: 'tester'})]
      const status = statusOf([aProject({state: 'blocked', reason: what, agents})], RUNNING, EPOCH)
      const shown = fitted(statusLines(status, EPOCH, columns), columns)
      for (const line of shown) expect(widthOf(line), line).to.be.at.most(columns)
      expect(shown.slice(0, 12).map((line) => line.trim()))
        .to.include('→ orch resume p_1')
        .and.include('→ orch attach p_1 developer')
    })
  }

  it('names a project that is blocked by its name', () => {
    const text = lines([aProject({state: 'blocked', reason: 'the acceptance failed'})])
    expect(text).to.include(`  ${aProject().name}  the acceptance failed`).and.include('blocked: the acceptance failed')
  })

  it('shows for each agent its state, what it rests on, how old that is, and what it waits for', () => {
    const holder = {pid: 7, command: 'vite\u001b[31m', cwd: '/x'}
    const agents = [
      anAgent({claim: aClaim({verdict: 'holds'})}),
      anAgent({role: 'tester', state: 'waiting-port', waitingFor: {what: 'port', until: EPOCH + 90_000, holder}}),
      anAgent({role: 'writer', state: 'exited', exitCode: 3}),
      anAgent({role: 'analyst', state: 'starting', waitingFor: {what: 'mcp', until: null, holder: null, servers: ['github', 'db']}}),
      anAgent({role: 'designer', mcp: [{server: 'figma', verdict: 'failed', why: 'no answer'}]}),
    ]
    const text = lines([aProject({agents, messages: [aMessage()]})])
    expect(text).to.match(/developer +working +hook: test +1 min +claim holds, 1 unread/)
    expect(text).to.include(`waits for port held by vite (pid 7) until ${local(EPOCH + 90_000)}`)
    expect(text).to.match(/writer +exited .*exit 3/)
    expect(text).to.include('waits for the MCP servers github, db')
    expect(text).to.include('without MCP figma')
    expect(text).not.to.match(/[\u0000-\u0009\u000b-\u001f]/)
  })

  it('says of a limit when it is over, and when its agent is woken, which is later', () => {
    const limit = (cause: 'plan' | 'throttle') => ({what: 'limit', until: EPOCH + 60_000, holder: null, cause}) as const
    const text = lines([
      aProject({
        agents: [
          anAgent({state: 'limited', waitingFor: limit('plan')}),
          anAgent({role: 'tester', state: 'limited', waitingFor: limit('throttle')}),
        ],
      }),
    ])
    expect(text).to.match(new RegExp(`waits for limit until ${local(EPOCH + 60_000)}, is woken at ${local(EPOCH + 240_000)}`))
    expect(text).to.match(new RegExp(`tester .*waits for limit until ${local(EPOCH + 60_000)}$`, 'm'))
  })

  it('shows a deadline and what was spent, and whose cost is not known', () => {
    const options = someOptions({deadlineAt: EPOCH + 3_600_000, budget: {usd: 5, allowedUsd: 5}, plannerUsd: 0.5})
    const text = lines([aProject({options})])
    expect(text)
      .to.include(`ends at ${local(EPOCH + 3_600_000)}`)
      .and.include('$0.50 of $5.00 spent ($0.50 for the plan), not counting developer')
  })

  it('shows what a project and each agent have cost without a budget too, and how full their context is', () => {
    const usage = someUsage({costUsd: 1.137, contextPercent: 33.6})
    const agents = [anAgent({usage}), anAgent({role: 'tester'})]
    const text = lines([aProject({agents, options: someOptions({plannerUsd: 0.05})})])
    expect(text).to.include('$1.19 spent ($0.05 for the plan), not counting tester (cost not known)')
    expect(text).to.match(/developer .*\$1\.14, 34% context/)
    expect(lines([aProject()])).to.not.include('$')
  })

  it('shows how often tools were denied to an agent, and the last of them', () => {
    const agents = [anAgent({denials: {count: 3, last: 'Bash with command rm -rf /', at: EPOCH}}), anAgent({role: 'tester'})]
    expect(lines([aProject({agents})])).to.match(/denied 3 tools, last Bash with command rm -rf \//)
    expect(lines([aProject({agents: agents.slice(1)})])).to.not.include('denied')
  })

  it('shows what an agent reported last, and names no command twice', () => {
    const reports = [
      {agent: 'a_developer', topic: 'parser', status: 'begun', at: EPOCH},
      {agent: 'a_developer', topic: 'printer', status: 'half done', at: EPOCH + 1},
    ]
    expect(lines([aProject({reports})])).to.match(/developer .*reports printer: half done/)
    const reason = 'the budget is used up; `orch resume p_1` allows more'
    expect(lines([aProject({state: 'blocked', reason})]).match(/orch resume p_1/g)).to.have.length(2)
  })

  it('keeps state and branch of a finished project whole in 40 columns', () => {
    const integration = {branch: 'orch/shop-1y9qw4/integration', sha: 's'}
    const done = aProject({id: 'p_1y9qw45dtc', name: 'shop', state: 'completed', startedAt: EPOCH, finishedAt: EPOCH, integration})
    const failed = aProject({
      id: 'p_z6ej4m89fe',
      name: 'blog',
      state: 'cancelled',
      reason: 'stopped by a person',
      startedAt: EPOCH,
      finishedAt: EPOCH,
    })
    const shown = statusLines(statusOf([done, failed], RUNNING, EPOCH, {finishedCount: 2}), EPOCH + 1_320_000, 40).map(
      stripVTControlCharacters,
    )
    for (const line of shown) expect(widthOf(line), line).to.be.at.most(40)
    expect(shown.join('\n')).to.include('orch/shop-1y9qw4/integration').and.include('cancelled')
  })

  it('has a line for each finished project, and says how many more there are', () => {
    const done = aProject({id: 'p_2', name: 'shop', state: 'completed', startedAt: EPOCH - 120_000, finishedAt: EPOCH})
    const failed = aProject({id: 'p_3', name: 'site', state: 'failed', reason: 'its deadline passed', finishedAt: EPOCH})
    const text = (finishedCount: number) =>
      stripVTControlCharacters(
        statusLines(statusOf([aProject(), done, failed], RUNNING, EPOCH, {finishedCount}), EPOCH + 65_000).join('\n'),
      )
    const [, finished] = text(13).split('Finished')
    expect(finished!.trim().split('\n')).to.have.length(3)
    expect(finished).to.match(/shop +p_2 +completed +took 2 min +1 min ago +orch\/demo\/integration/)
    expect(finished).to.match(/site +p_3 +failed .*its deadline passed/)
    expect(finished).to.include('and 11 more: orch status --all')
    expect(text(2)).not.to.include('more: orch')
  })

  it('shows a finished project whole when it was asked for', () => {
    expect(lines([aProject({state: 'completed', finishedAt: EPOCH})])).to.match(/developer +working/)
  })

  it('stays a table with a hundred agents', () => {
    const agents = Array.from({length: 100}, (_, index) => anAgent({role: `role-${index}`}))
    const rows = lines([aProject({agents})])
      .split('\n')
      .filter((line) => line.startsWith('  role-'))
    expect(rows).to.have.length(100)
    expect(new Set(rows.map((row) => row.indexOf('working'))).size).to.equal(1)
  })
})
