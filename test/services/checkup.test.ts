import {expect} from 'chai'
import {Checkup} from '../../src/services/checkup.js'

describe('Checkup', () => {
  it('tells all findings in order, and of a check that breaks', async () => {
    const checkup = new Checkup([
      {name: 'tmux', run: async () => [{name: 'tmux', verdict: 'ok', what: '3.3a'}]},
      {name: 'git', run: () => Promise.reject(new Error('boom'))},
      {name: 'none', run: async () => []},
    ])
    expect(await checkup.run()).to.deep.equal([
      {name: 'tmux', verdict: 'ok', what: '3.3a'},
      {name: 'git', verdict: 'failed', what: 'boom'},
    ])
  })
})
