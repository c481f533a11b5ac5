import {expect} from 'chai'
import type {AgentDriver} from '@orch/plugin-kit'
import {AjvValidator} from '../../src/adapters/schema-validator.js'
import {Checkup, agentChecks} from '../../src/services/checkup.js'
import {Configuration} from '../../src/services/configuration.js'
import {FakeDriver} from '../support/fake-driver.js'

describe('Checkup', () => {
  it('tells all findings in order, and of a check that breaks', async () => {
    const checkup = new Checkup(
      [
        {name: 'tmux', run: async () => [{name: 'tmux', verdict: 'ok', what: '3.3a'}]},
        {name: 'git', run: () => Promise.reject(new Error('boom'))},
        {name: 'none', run: async () => []},
      ],
      () => [],
    )
    expect(await checkup.run({})).to.deep.equal([
      {name: 'tmux', verdict: 'ok', what: '3.3a'},
      {name: 'git', verdict: 'failed', what: 'boom'},
    ])
  })

  it('looks for agents with the environment of the caller', async () => {
    const detect = async ({TOKEN}: Readonly<Record<string, string>>) => ({
      installed: true,
      version: '1',
      loggedIn: TOKEN === 'mine',
      problem: TOKEN ? null : 'nobody is logged in',
    })
    const drivers = new Map<string, AgentDriver>([['fake', Object.assign(new FakeDriver(), {detect})]])
    const {config} = new Configuration({}, new AjvValidator()).resolve([])
    const checkup = new Checkup([], (env) => agentChecks(drivers, config, env))
    expect(await checkup.run({})).to.deep.equal([{name: 'agent fake', verdict: 'note', what: 'nobody is logged in'}])
    expect((await checkup.run({TOKEN: 'mine'}))[0]).to.include({verdict: 'ok'})
  })
})
