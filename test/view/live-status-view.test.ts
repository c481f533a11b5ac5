import {expect} from 'chai'
import type {AgentLiveStatus} from '../../src/services/status/live-check.js'
import {liveStatusLines} from '../../src/view/live-status-view.js'

const NOW = new Date(2026, 2, 1, 18, 0, 0).getTime()

describe('liveStatusLines', () => {
  const agent = (changes: Partial<AgentLiveStatus> = {}): AgentLiveStatus => ({
    ...{role: 'developer', state: 'working', alive: true, branch: 'orch/demo/developer', worktree: '/w/developer'},
    ...{worktreeThere: true, limitedUntil: null, ...changes},
  })
  const lines = (agents: readonly AgentLiveStatus[], reason: string | null = null) =>
    liveStatusLines({id: 'p_1', state: 'blocked', reason, agents}, NOW)

  it('holds the record against the facts', () => {
    expect(
      lines([
        agent(),
        agent({role: 'qa', state: 'limited', alive: false, limitedUntil: NOW + 90_000, worktree: '/w/qa', worktreeThere: false}),
      ]),
    ).to.deep.equal([
      'p_1  blocked',
      '  developer  working  alive                               orch/demo/developer  /w/developer',
      '  qa         limited  no process  limited until 18:01:30  orch/demo/developer  /w/qa (gone)',
    ])
  })

  it('says why, on one line', () => {
    expect(lines([], 'the\nacceptance \u001b[31mfailed')).to.deep.equal(['p_1  blocked: the acceptance failed'])
  })

  it('stays a table with a hundred agents', () => {
    const rows = lines(Array.from({length: 100}, (_, index) => agent({role: `role-${index}`}))).slice(1)
    expect(new Set(rows.map((row) => row.indexOf('alive'))).size).to.equal(1)
  })
})
