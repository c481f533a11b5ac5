import {expect} from 'chai'
import type {AgentLiveStatus} from '../../src/services/status/live-check.js'
import {liveStatusLines} from '../../src/view/live-status-view.js'

const NOW = new Date(2026, 2, 1, 18, 0, 0).getTime()

describe('liveStatusLines', () => {
  const agent = (changes: Partial<AgentLiveStatus> = {}): AgentLiveStatus => ({
    ...{role: 'developer', state: 'working', alive: true, branch: 'orch/demo/developer', worktree: '/w/developer'},
    ...{worktreeThere: true, limitedUntil: null, wokenAt: null, ...changes},
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

  it('says when a limited agent is woken, which is later than the reset of its limit', () => {
    const text = (changes: Partial<AgentLiveStatus>) => lines([agent({state: 'limited', ...changes})])[1]
    expect(text({limitedUntil: NOW + 90_000, wokenAt: NOW + 270_000})).to.include('limited until 18:01:30, is woken at 18:04:30')
    expect(text({limitedUntil: NOW + 90_000, wokenAt: NOW + 90_000})).to.match(/until 18:01:30 /)
    expect(text({wokenAt: NOW + 90_000})).to.include('limited, is woken at 18:01:30')
  })

  it('says why, on one line', () => {
    expect(lines([], 'the\nacceptance \u001b[31mfailed')).to.deep.equal(['p_1  blocked: the acceptance failed'])
  })

  it('stays a table with a hundred agents', () => {
    const rows = lines(Array.from({length: 100}, (_, index) => agent({role: `role-${index}`}))).slice(1)
    expect(new Set(rows.map((row) => row.indexOf('alive'))).size).to.equal(1)
  })
})
