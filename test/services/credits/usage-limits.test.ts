import {expect} from 'chai'
import type {AgentAccount, AgentSignal} from '@orch/plugin-kit'
import type {PluginHandlers} from '@orch/plugin-kit/testing'
import {AgentEvents} from '../../../src/services/agents/agent-events.js'
import {Accounts} from '../../../src/services/agents/accounts.js'
import {Limits} from '../../../src/services/credits/usage-limits.js'
import {statusOf} from '../../../src/services/status/status.js'
import {aProject, anAgent, EPOCH} from '../../support/builders.js'
import {FakeDriver, report} from '../../support/fake-driver.js'
import {aWorld, type World} from '../../support/world.js'
import type {Project} from '../../../src/domain/model/project.js'
import type {Agent} from '../../../src/domain/model/agent.js'

const MARGIN = 180_000

/** Every agent uses one account, until a test says otherwise. */
class SharedDriver extends FakeDriver {
  login: string | null = 'first'
  more: Pick<AgentAccount, 'renew' | 'countsAtStart'> = {}

  async account(env: Readonly<Record<string, string>>): Promise<AgentAccount> {
    return {id: env['WHO'] ?? 'shared', login: this.login, ...this.more}
  }
}

describe('limits', () => {
  let world: World
  let driver: SharedDriver
  let watch: AgentEvents

  const open = async (agents: readonly Agent[], changes: Partial<Project> = {}) => {
    driver = new SharedDriver()
    world = aWorld({drivers: [driver], projects: [aProject({agents, ...changes})]})
    watch = new AgentEvents(world)
  }
  const limited = (role: string, until: number | null, more = {}) =>
    anAgent({role, state: 'limited', waitingFor: {what: 'limit', until, holder: null, cause: 'plan', ...more}})
  const hear = (role: string, ...signals: AgentSignal[]) =>
    watch.onReport('p_1', `a_${role}`, world.agent(role).run!.id, report(...signals))
  const states = () => world.project().agents.map(({state}) => state)
  const mail = () => world.project().messages.map(({to}) => to)
  const status = () => statusOf(world.store.projects(), {running: true, pid: 1, socket: 's'}, world.clock.now())

  it('are told to hooks once an account, with their end, and again when it is over', async () => {
    const told: unknown[] = []
    driver = new SharedDriver()
    const notes: PluginHandlers = {creditsChanged: async ({input}) => void told.push(input)}
    const agents = [limited('developer', EPOCH + 60_000), limited('tester', EPOCH + 60_000)]
    world = aWorld({drivers: [driver], projects: [aProject({agents})], plugins: {'@other/notes': notes}})
    await world.limits.tick()
    await world.limits.tick()
    expect(told).to.deep.equal([{account: 'shared', limitedUntil: EPOCH + 60_000, settings: {}}])
    world.clock.jump(60_000 + MARGIN)
    await world.limits.tick()
    expect(told.slice(1)).to.deep.equal([{account: 'shared', limitedUntil: null, settings: {}}])
  })

  describe('of a plan', () => {
    it('wake the agent once, three minutes after the reset, whoever looks how often', async () => {
      await open([limited('developer', EPOCH + 60_000), anAgent({role: 'tester'})])
      world.clock.jump(60_000 + MARGIN - 1)
      await world.limits.tick()
      expect(states()).to.deep.equal(['limited', 'working'])
      world.clock.jump(1)
      // Another supervisor, which knows nothing but the record, looks too.
      const other = new Limits({...world, accounts: new Accounts(world)})
      for (const limits of [world.limits, other, world.limits]) await limits.tick()
      expect(states()).to.deep.equal(['idle', 'working'])
      expect(mail()).to.deep.equal(['a_developer'])
      expect(world.project().messages[0]).to.include({from: 'orch', kind: 'system', state: 'accepted'})
    })

    it('leave an agent alone that went on by itself', async () => {
      await open([limited('developer', EPOCH)])
      await hear('developer', {kind: 'working'})
      world.clock.jump(10 * MARGIN)
      await world.limits.tick()
      expect([states(), mail()]).to.deep.equal([['working'], []])
    })

    it('wake the agents of one account one after the other, and those of others at once', async () => {
      await open([limited('developer', EPOCH), limited('tester', EPOCH)])
      await world.store.create(aProject({id: 'p_2', directory: '/state/projects/p_2', agents: [limited('developer', EPOCH)]}))
      world.files.put('/state/projects/p_2/env.json', '{"WHO":"other"}')
      world.clock.jump(MARGIN)
      await world.limits.tick()
      expect(states()).to.deep.equal(['idle', 'limited'])
      expect(world.project('p_2').agents[0]).to.include({state: 'idle'})
      await world.clock.advance(5_000)
      await world.limits.tick()
      expect(states()).to.deep.equal(['idle', 'idle'])
    })

    it('take the reset from what the agent has used, when the refusal says none', async () => {
      const windows = [
        {name: 'five_hour', usedPercent: 40, resetsAt: EPOCH + 1},
        {name: 'seven_day', usedPercent: 100, resetsAt: EPOCH + 999},
      ]
      await open([anAgent({usage: {model: null, contextPercent: null, contextTokens: null, costUsd: null, windows}})])
      await hear('developer', {kind: 'limited', what: 'limit', resetsAt: null, cause: 'plan'})
      expect(world.agent().waitingFor).to.include({until: EPOCH + 999})
    })
  })

  it('of a throttle grow with each refusal, and end with a turn that works', async () => {
    await open([anAgent()])
    const refuse = async () => {
      await hear('developer', {kind: 'working'}, {kind: 'limited', what: '429', resetsAt: null, cause: 'throttle'})
      return (world.agent().waitingFor!.until! - world.clock.now()) / 60_000
    }
    expect([await refuse(), await refuse(), await refuse()]).to.deep.equal([1, 2, 4])
    await hear('developer', {kind: 'working'}, {kind: 'idle'})
    expect(await refuse()).to.equal(1)
  })

  describe('of a whole team', () => {
    it('let the project wait for credits, and run again with the first that can', async () => {
      await open([limited('developer', EPOCH + 1), anAgent({role: 'tester', state: 'idle'}), anAgent({role: 'gone', state: 'exited'})])
      await world.limits.tick()
      expect(world.project()).to.include({state: 'running'})
      await hear('tester', {kind: 'limited', what: "You've hit your limit", resetsAt: EPOCH + 1})
      await world.limits.tick()
      expect(world.project()).to.include({state: 'waiting-credits', resumeTo: 'running'})
      world.clock.jump(MARGIN + 1)
      await world.limits.tick()
      await world.limits.tick()
      expect(world.project()).to.include({state: 'running', resumeTo: null})
    })

    it('leave a project alone that a person paused', async () => {
      await open([limited('developer', EPOCH + 1)], {state: 'paused', resumeTo: 'running'})
      await world.limits.tick()
      expect(world.project()).to.include({state: 'paused'})
    })
  })

  describe('of an account', () => {
    const expired = {kind: 'account', problem: 'login', what: 'Please run /login'} as const
    const incidents = () => world.log.events.filter(({type}) => type === 'incident')

    beforeEach(() =>
      open([anAgent(), anAgent({role: 'tester', state: 'idle'}), anAgent({role: 'writer', state: 'idle'}), anAgent({role: 'reviewer'})]),
    )

    it('are one event and one need, set aside who has nothing under way, and take in who finds out later', async () => {
      await hear('developer', expired)
      expect(states()).to.deep.equal(['limited', 'limited', 'limited', 'working'])
      await hear('reviewer', expired)
      await world.limits.tick()
      expect(world.project()).to.include({state: 'waiting-credits'})
      expect(incidents().map(({data}) => data)).to.deep.equal([{account: 'shared', problem: 'login', what: 'Please run /login'}])
      expect(status().needsYou.map(({what}) => what)).to.deep.equal(['Please run /login (4 agents wait)'])
    })

    it('are one event though two agents find out at the same moment, or the supervisor is another by now', async () => {
      await Promise.all([hear('developer', expired), hear('reviewer', expired)])
      expect(incidents()).to.have.length(1)
      watch = new AgentEvents({...world, accounts: new Accounts(world)})
      await hear('tester', {kind: 'working'}, expired)
      expect(incidents()).to.have.length(1)
    })

    it('hold until somebody logs in; then who was broken off is told, and who was set aside is not', async () => {
      await hear('developer', expired)
      world.clock.jump(1e9)
      await world.limits.tick()
      expect(states()[0]).to.equal('limited')
      driver.login = 'second'
      for (let round = 0; round < 3; round++) {
        await world.limits.tick()
        await world.clock.advance(5_000)
      }
      expect(states()).to.deep.equal(['idle', 'idle', 'idle', 'working'])
      expect(mail()).to.deep.equal(['a_developer'])
      expect(status().needsYou).to.deep.equal([])
      await hear('developer', {kind: 'working'}, expired)
      expect(incidents(), 'the next time is news again').to.have.length(2)
    })

    it('say what helps with the credential this account has', async () => {
      driver.more = {renew: 'write another token into /t'}
      await hear('developer', expired)
      expect(world.agent().evidence.what).to.equal('Please run /login: write another token into /t')
      expect(status().needsYou[0]!.what).to.include('write another token into /t')
    })

    it('start an agent again whose program cannot take up a renewed credential', async () => {
      driver.more = {countsAtStart: true}
      await hear('developer', expired)
      await world.limits.tick()
      expect(world.restarted).to.deep.equal([])
      driver.login = 'second'
      await world.limits.tick()
      expect(world.restarted).to.include('a_developer')
      expect(mail()).to.deep.equal([])
    })

    it('leave one that is only just ready alone: its first prompt is under way', async () => {
      await open([anAgent(), anAgent({role: 'tester', state: 'ready'})])
      await hear('developer', expired)
      expect(states()).to.deep.equal(['limited', 'ready'])
    })

    it('touch no other account', async () => {
      await world.store.create(aProject({id: 'p_2', directory: '/state/projects/p_2', agents: [anAgent({state: 'idle'})]}))
      world.files.put('/state/projects/p_2/env.json', '{"WHO":"other"}')
      await hear('developer', expired)
      expect(world.project('p_2').agents[0]).to.include({state: 'idle'})
    })
  })
})
