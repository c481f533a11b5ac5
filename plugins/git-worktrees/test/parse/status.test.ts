import {expect} from 'chai'
import {parseStatus} from '../../src/parse/status.js'

const SHA = '9abcc0bc42b6405364f227f3805457419663d605'
const status = (...lines: string[]) => parseStatus(lines.map((line) => `${line}\0`).join(''))

describe('parseStatus', () => {
  it('reads branch and commit', () => {
    expect(status(`# branch.oid ${SHA}`, '# branch.head orch/p_1/dev', '# branch.upstream origin/x', '# branch.ab +1 -0')).to.deep.equal({
      head: SHA,
      branch: 'orch/p_1/dev',
      changed: [],
      untracked: [],
    })
  })

  it('knows unborn and detached', () => {
    expect(status('# branch.oid (initial)', '# branch.head main')).to.include({head: null, branch: 'main'})
    expect(status(`# branch.oid ${SHA}`, '# branch.head (detached)')).to.include({head: SHA, branch: null})
  })

  it('reads every kind of line, with spaces and line breaks in paths', () => {
    const {changed, untracked} = status(
      `1 .M N... 100644 100644 100644 ${SHA} ${SHA} with space`,
      `2 R. N... 100644 100644 100644 ${SHA} ${SHA} R100 new name`,
      '? not a line of its own',
      `u UU N... 100644 100644 100644 100644 ${SHA} ${SHA} ${SHA} both\nchanged`,
      '? # untracked',
      '! ignored',
    )
    expect(changed).to.deep.equal(['with space', 'new name', 'both\nchanged'])
    expect(untracked).to.deep.equal(['# untracked'])
  })
})
