import type {AgentDriver, CheckResult} from '@orch/plugin-kit'
import {FakeClock} from '@orch/plugin-kit/testing'
import {expect} from 'chai'
import {AjvValidator} from '../../../src/adapters/schema-validator.js'
import {Doctor, agentChecks, type OwnedCheck} from '../../../src/services/doctor/checkup.js'
import {Configuration} from '../../../src/services/configuration/configuration.js'
import {FakeDriver} from '../../support/fake-driver.js'

describe('Doctor', () => {
  const clock = new FakeClock()
  const broken: string[][] = []
  const checkupOf = (...checks: OwnedCheck[]) =>
    new Doctor(checks, {agents: () => [], clock, schemas: new AjvValidator(), onBroken: (plugin, why) => void broken.push([plugin, why])})

  beforeEach(() => broken.splice(0))

  it('tells all findings in order, and of a check that breaks', async () => {
    const checkup = checkupOf(
      {name: 'tmux', run: async () => [{name: 'tmux', verdict: 'ok', what: '3.3a'}]},
      {name: 'git', run: () => Promise.reject(new Error('boom'))},
      {name: 'none', run: async () => []},
    )
    expect(await checkup.run({})).to.deep.equal([
      {name: 'tmux', verdict: 'ok', what: '3.3a'},
      {name: 'git', verdict: 'failed', what: 'boom'},
    ])
    expect(broken).to.deep.equal([])
  })

  it('ends when a check does not, and names the plugin of others that brings it', async () => {
    const running = checkupOf({name: 'endless', plugin: 'orch-plugin-slow', run: () => new Promise(() => {})}).run({})
    await new Promise(setImmediate)
    await clock.advance(5_000)
    const [result] = await running
    expect(result).to.include({name: 'endless', verdict: 'failed'})
    expect(result!.what).to.equal('the check of the plugin orch-plugin-slow failed: gave no answer within 5 s')
    expect(result!.remedy).to.include('orch plugins uninstall orch-plugin-slow')
    expect(broken).to.deep.equal([['orch-plugin-slow', 'failed in its check endless: gave no answer within 5 s']])
    expect(clock.sleeping).to.equal(0)
  })

  for (const [how, answer] of Object.entries({text: 'fine', 'no verdict': [{name: 'x', what: 'y'}], nothing: undefined}))
    it(`takes ${how} for a check that breaks`, async () => {
      const [result] = await checkupOf({name: 'odd', plugin: 'p', run: async () => answer as unknown as CheckResult[]}).run({})
      expect(result!.what).to.include('the check of the plugin p failed: answered no list of findings')
    })

  it('takes a check that throws before it answers a promise for one that breaks', async () => {
    const run = (): Promise<CheckResult[]> => {
      throw new Error('at once')
    }
    expect((await checkupOf({name: 'torn', run}).run({}))[0]).to.deep.equal({name: 'torn', verdict: 'failed', what: 'at once'})
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
    const agents = (env: Readonly<Record<string, string>>) => agentChecks(drivers, config, env)
    const checkup = new Doctor([], {agents, clock, schemas: new AjvValidator(), onBroken: () => {}})
    expect(await checkup.run({})).to.deep.equal([{name: 'agent fake', verdict: 'note', what: 'nobody is logged in'}])
    expect((await checkup.run({TOKEN: 'mine'}))[0]).to.include({verdict: 'ok'})
  })
})
