import {PROJECT_STATES, type AgentState, type ProjectState} from '@orch/plugin-kit'
import {expect} from 'chai'
import {nextStep, owesClaim, type Step} from '../../src/domain/next-step.js'
import {aClaim, aPlannedAgent, aProject, anAgent, EPOCH} from '../support/builders.js'
import type {Project} from '../../src/domain/model/project.js'
import type {Agent} from '../../src/domain/model/agent.js'

const of = (state: ProjectState, ...agents: Agent[]): Step => nextStep(aProject({state, agents}), EPOCH)
const running = (...agents: Agent[]) => of('running', ...agents)
const holds = {claim: aClaim({verdict: 'holds'})}

describe('nextStep', () => {
  const FIXED: Readonly<Partial<Record<ProjectState, Step['do']>>> = {
    queued: 'prepare',
    planning: 'prepare',
    verifying: 'verify',
    merging: 'merge',
    paused: 'wait',
    blocked: 'wait',
    'waiting-credits': 'wait',
    completed: 'nothing',
    failed: 'nothing',
    cancelled: 'nothing',
  }
  for (const state of PROJECT_STATES.filter((each) => each in FIXED)) {
    it(`of a project that is ${state} is to ${FIXED[state]}`, () => {
      expect(of(state, anAgent()).do).to.equal(FIXED[state])
    })
  }

  it('waits for a port while a start is held, and goes on when the agent that was held has been stopped', () => {
    const held = (resumeTo: Project['resumeTo'], state: Agent['state']) =>
      nextStep(aProject({state: 'waiting-port', resumeTo, agents: [anAgent({state})]}), EPOCH)
    expect(held('running', 'waiting-port')).to.deep.equal({do: 'wait'})
    expect(held('running', 'stopped')).to.deep.equal({do: 'go-on', to: 'running'})
    expect(held('starting', 'stopped')).to.deep.equal({do: 'go-on', to: 'starting'})
  })

  describe('while the team starts', () => {
    it('starts whoever has not been started', () => {
      const planned = aPlannedAgent({role: 'tester'})
      const waiting = aPlannedAgent({role: 'reviewer', state: 'waiting-port'})
      expect(of('starting', anAgent(), planned, waiting)).to.deep.equal({do: 'start', agents: [planned, waiting]})
    })

    it('goes on with those that a supervisor before this one spawned', () => {
      const starting = anAgent({state: 'starting'})
      expect(of('starting', starting, anAgent({role: 'tester', state: 'ready'}))).to.deep.equal({do: 'start', agents: [starting]})
    })

    it('begins when all are past their start, though one may have ended already', () => {
      expect(of('starting', anAgent({state: 'ready'}), anAgent({role: 'tester', state: 'exited'}))).to.deep.equal({do: 'begin'})
    })
  })

  describe('while the team works', () => {
    it('waits while a debtor lives', () => {
      for (const state of ['ready', 'working', 'idle', 'needs-input', 'limited', 'stuck', 'unknown', 'waiting-port'] as const)
        expect(running(anAgent({state})), state).to.deep.equal({do: 'wait'})
    })

    it('goes on with a restart that a supervisor before this one spawned, however often it was started', () => {
      const starting = anAgent({state: 'starting', restarts: 3})
      expect(running(starting)).to.deep.equal({do: 'start', agents: [starting]})
    })

    it('checks a new claim before anything else', () => {
      const claimant = anAgent({role: 'tester', claim: aClaim()})
      expect(running(anAgent({state: 'exited'}), claimant)).to.deep.equal({do: 'check-claim', agent: claimant})
    })

    it('checks the claim of an agent that is to be started once it is up again', () => {
      const planned = anAgent({role: 'tester', state: 'planned', claim: aClaim()})
      expect(running(planned, anAgent())).to.deep.equal({do: 'start', agents: [planned]})
      const starting = anAgent({role: 'tester', state: 'starting', claim: aClaim()})
      expect(running(starting, anAgent())).to.deep.equal({do: 'start', agents: [starting]})
    })

    it('verifies when every claim that is owed holds, whatever those do who owe nothing', () => {
      expect(running(anAgent(holds), anAgent({role: 'orchestrator', owes: 'nothing', state: 'exited'}))).to.deep.equal({do: 'verify'})
      expect(running(anAgent(holds), anAgent({role: 'writer', owes: 'report'}))).to.deep.equal({do: 'wait'})
    })

    it('does not miss an agent that ended after its claim held', () => {
      expect(running(anAgent({...holds, state: 'exited'}))).to.deep.equal({do: 'verify'})
    })

    for (const state of ['exited', 'lost'] as const satisfies readonly AgentState[]) {
      it(`starts a debtor that is ${state} again, later each time, and in the end no more`, () => {
        const gone = (restarts: number) => anAgent({state, restarts})
        expect(running(gone(0))).to.deep.equal({do: 'start', agents: [gone(0)]})
        for (const [restarts, wait] of [
          [1, 30_000],
          [2, 120_000],
        ] as const) {
          const project = aProject({agents: [gone(restarts)]})
          expect(nextStep(project, EPOCH + wait - 1)).to.deep.equal({do: 'wait', until: EPOCH + wait})
          expect(nextStep(project, EPOCH + wait)).to.deep.equal({do: 'start', agents: [gone(restarts)]})
        }
        expect(running(gone(3))).to.deep.equal({do: 'quarantine', agents: [gone(3)]})
      })
    }

    it('leaves an agent to whoever is starting it again', () => {
      const context = {restart: {why: 'asked', fresh: false}}
      for (const state of ['stopped', 'lost', 'exited'] as const)
        expect(running(anAgent({state, context})), state).to.deep.equal({do: 'wait'})
    })

    it('asks a person about a debtor in quarantine, and goes on without one that owes nothing', () => {
      const step = running(anAgent({state: 'quarantined', exitCode: 7})) as Step & {do: 'block'}
      expect(step.do).to.equal('block')
      expect(step.reason).to.include('developer').and.include('quarantined 7')
      expect(running(anAgent(), anAgent({role: 'orchestrator', owes: 'nothing', state: 'quarantined'}))).to.deep.equal({do: 'wait'})
    })

    it('starts one that is due while another waits', () => {
      const due = anAgent({role: 'tester', state: 'exited'})
      expect(running(anAgent({state: 'exited', restarts: 1}), due)).to.deep.equal({do: 'start', agents: [due]})
    })

    it('asks a person about a debtor that somebody stopped', () => {
      expect(running(anAgent({state: 'stopped'})).do).to.equal('block')
    })

    it('blocks after the third rejection with its reason, and waits after the second', () => {
      const claim = aClaim({verdict: 'rejected', reason: 'tests fail'})
      expect(running(anAgent({claim, rejections: 2}))).to.deep.equal({do: 'wait'})
      const step = running(anAgent({claim, rejections: 3})) as Step & {do: 'block'}
      expect(step.do).to.equal('block')
      expect(step.reason).to.include('3 times').and.include('tests fail')
    })

    it('looks at a claim made after the third rejection', () => {
      expect(running(anAgent({claim: aClaim(), rejections: 3})).do).to.equal('check-claim')
    })

    it('blocks a project whose claim came back three times for what fails on the base already', () => {
      const claim = aClaim({verdict: 'rejected', reason: 'red'})
      expect(running(anAgent({claim, returns: 2}))).to.deep.equal({do: 'wait'})
      const step = running(anAgent({claim, returns: 3})) as Step & {do: 'block'}
      expect(step.do).to.equal('block')
      expect(step.reason).to.include('on the base already').and.include('red')
    })
  })

  it('owes a claim who owes commits or a report', () => {
    expect((['commits', 'report', 'nothing'] as const).map((owes) => owesClaim(anAgent({owes})))).to.deep.equal([true, true, false])
  })
})
