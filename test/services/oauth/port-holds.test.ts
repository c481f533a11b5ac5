import {expect} from 'chai'
import type {Wait} from '@orch/plugin-kit'
import {PortHolds} from '../../../src/services/oauth/port-holds.js'
import {aProject, anAgent} from '../../support/builders.js'
import {aWorld, type World} from '../../support/world.js'
import type {Project} from '../../../src/domain/model/project.js'
import type {Agent} from '../../../src/domain/model/agent.js'

const HOLDER = {pid: 7, command: 'npm run dev', cwd: '/srv/app'}
const WAIT: Wait = {notBefore: 99, why: 'port 3000 is held', holder: HOLDER}

describe('PortHolds', () => {
  let world: World
  let holds: PortHolds
  const waiting = (changes: Partial<Agent> = {}) => anAgent({state: 'waiting-port', ...changes})

  function open(...agents: Agent[]): void {
    openAs({}, ...agents)
  }
  function openAs(changes: Partial<Project>, ...agents: Agent[]): void {
    world = aWorld({projects: [aProject({agents: agents.length > 0 ? agents : [waiting()], ...changes})]})
    holds = new PortHolds(world)
  }
  const held = (needsYou = false) => ({since: 5, needsYou})
  const record = (wait: Wait | null, hold: ReturnType<typeof held> | null = null, role = 'developer') =>
    holds.record('p_1', `a_${role}`, wait, hold)

  it('say what a start waits for, and who has it', async () => {
    open()
    await record(WAIT)
    expect(world.agent().waitingFor).to.deep.equal({what: 'port', until: null, holder: HOLDER})
    expect(world.agent().evidence).to.include({source: 'orch', what: 'port 3000 is held'})
    expect(world.project().state).to.equal('running')
  })

  it('say that a person is needed once the wait asks for one', async () => {
    open()
    await record(WAIT, held())
    expect(world.agent().waitingFor).not.to.have.property('needsYouSince')
    await record(WAIT, held(true))
    expect(world.agent().waitingFor).to.include({needsYouSince: 5})
  })

  it('have the project wait when none of its agents runs, and go on where it stood', async () => {
    for (const state of ['starting', 'running'] as const) {
      openAs({state}, waiting(), anAgent({role: 'tester', state: 'exited'}))
      await record(WAIT, held())
      expect(world.project()).to.include({state: 'waiting-port', resumeTo: state})
      await record(null)
      expect(world.project()).to.include({state, resumeTo: null})
      expect(world.agent().waitingFor).to.equal(null)
    }
  })

  it('leave the project waiting while another start waits for the one that is held', async () => {
    openAs({state: 'starting'}, waiting(), waiting({role: 'tester'}))
    await record(WAIT, held())
    expect(world.project().state).to.equal('waiting-port')
    for (let round = 0; round < 3; round++) {
      await record({notBefore: 0, why: 'developer is starting on port 3000', holder: null}, null, 'tester')
      expect(world.project().state).to.equal('waiting-port')
      await record(WAIT, held())
    }
    expect(world.log.events.filter(({type}) => type === 'project.state')).to.have.length(1)
    await record(null)
    expect(world.project().state).to.equal('starting')
  })

  it('name an end only where there is one: the floor after a kill, not the next look at a port', async () => {
    open()
    const now = world.clock.now()
    await record({...WAIT, notBefore: now + 500})
    expect(world.agent().waitingFor).to.include({until: null})
    await record({notBefore: now + 29_800, why: 'a window was killed on port 3000', holder: null})
    expect(world.agent().waitingFor).to.include({until: now + 29_800})
  })

  it('leave the project at work while an agent runs', async () => {
    open(waiting(), anAgent({role: 'tester', state: 'working'}))
    await record(WAIT, held())
    expect(world.project().state).to.equal('running')
  })

  it('have the project wait again for another start that is held', async () => {
    open(waiting(), waiting({role: 'tester'}))
    await record(WAIT, held())
    await record(WAIT, held(), 'tester')
    await record(null)
    expect(world.project().state).to.equal('running')
    await record(WAIT, held(), 'tester')
    expect(world.project().state).to.equal('waiting-port')
  })

  it('say nothing of a start that broke off meanwhile', async () => {
    for (const state of ['stopped', 'ready'] as const) {
      open(anAgent({state}))
      await record(WAIT, held())
      expect(world.agent()).to.include({state, waitingFor: null})
      expect(world.project().state).to.equal('running')
    }
  })

  it('write nothing where nothing was waited for', async () => {
    open()
    const {revision} = world.project()
    await record(null)
    expect(world.project().revision).to.equal(revision)
  })

  it('that cannot be written are still waits: that is said in the log', async () => {
    open()
    world.store.setFull(true)
    await record(WAIT)
    expect(world.agent().waitingFor).to.equal(null)
    expect(world.logger.lines.map(({level}) => level)).to.deep.equal(['warn'])
  })
})
