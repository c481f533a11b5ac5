import {expect} from 'chai'
import {WORK_FINDINGS, type WorkFacts, type WorkFinding} from '@orch/plugin-kit'
import {judgeWork} from '../../src/domain/work-judgement.js'

const BRANCH = 'orch/demo/developer'
const REMARKS = ['ignored', 'pointer', 'link', 'empty']
const judge = (findings: readonly WorkFinding[], changes: Partial<WorkFacts> = {}) =>
  judgeWork(
    {path: '/w', branch: BRANCH, head: 'h', changed: [], untracked: [], ahead: [{sha: 'h', subject: 's'}], findings, ...changes},
    BRANCH,
  )

describe('judgeWork', () => {
  it('finds nothing against committed work', () => expect(judge([])).to.deep.equal({problems: [], remarks: []}))

  for (const kind of WORK_FINDINGS) {
    it(`${REMARKS.includes(kind) ? 'remarks on' : 'rejects, with the command that mends it,'} what is ${kind}`, () => {
      const {problems, remarks} = judge([{kind, items: [kind === 'operation' ? 'a merge' : 'the item']}])
      if (REMARKS.includes(kind)) expect([problems.length, remarks.length]).to.deep.equal([0, 1])
      else {
        expect(remarks).to.deep.equal([])
        expect(problems[0]).to.match(/Fix it with: .*\bgit [\w-]/)
      }
      if (kind !== 'operation' && kind !== 'empty') expect([...problems, ...remarks][0]).to.include('the item')
    })
  }

  it('names every problem at once', () => {
    const {problems} = judge(
      [
        {kind: 'changed', items: ['a']},
        {kind: 'stash', items: ['stash@{0}']},
      ],
      {branch: 'main'},
    )
    expect(problems).to.have.length(3)
  })

  it('quotes names for the shell, and shortens long lists', () => {
    expect(judge([{kind: 'changed', items: ["it's"]}]).problems[0]).to.include(`git add -- 'it'\\''s'`)
    const many = Array.from({length: 40}, (_, index) => `f${index}`)
    expect(judge([{kind: 'untracked', items: many}]).problems[0])
      .to.include('and 30 more')
      .and.include('git add -A')
  })

  it('misses a commit only when nothing else is wrong', () => {
    expect(judge([], {ahead: []}).problems[0]).to.include('no commit of yours')
    expect(judge([{kind: 'untracked', items: ['a']}], {ahead: []}).problems).to.have.length(1)
  })
})
