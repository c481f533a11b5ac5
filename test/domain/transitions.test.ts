import {AGENT_STATES, MERGE_STATES, MESSAGE_STATES, PROJECT_STATES, hasCode, type Evidence} from '@orch/plugin-kit'
import {expect} from 'chai'
import {AGENT_TRANSITIONS, isAlive, isPastStart} from '../../src/domain/agent-states.js'
import {moveAgent} from '../../src/domain/agent.js'
import {MERGE_TRANSITIONS} from '../../src/domain/merge-states.js'
import {moveMerge} from '../../src/domain/merge.js'
import {MESSAGE_TRANSITIONS} from '../../src/domain/message-states.js'
import {moveMessage} from '../../src/domain/message.js'
import {PROJECT_TRANSITIONS, isActive, isFinished} from '../../src/domain/project-states.js'
import {moveProject} from '../../src/domain/project.js'
import {isEnd, type TransitionTable} from '../../src/domain/transition.js'
import {aMerge, aMessage, aProject, anAgent} from '../support/builders.js'

const EVIDENCE: Evidence = {source: 'hook', what: 'w', at: 7}

/** Every pair of states: what the table has works and tells of it, what it has not throws and changes nothing. */
function describeTable<S extends string>(
  name: string,
  states: readonly S[],
  table: TransitionTable<S>,
  move: (from: S, to: S) => {state: S; events: readonly {data: Readonly<Record<string, unknown>>}[]},
): void {
  describe(name, () => {
    it('names known states only', () => {
      expect(Object.keys(table).sort()).to.deep.equal([...states].sort())
      for (const from of states) expect(states).to.include.members([...table[from]])
    })

    for (const from of states) {
      it(`goes from ${from} where the table says, and nowhere else`, () => {
        for (const to of states) {
          if (to === from) expect(move(from, to)).to.deep.equal({state: to, events: []})
          else if (table[from].includes(to)) {
            const moved = move(from, to)
            expect(moved.state).to.equal(to)
            expect(moved.events).to.have.length(1)
            expect(moved.events[0]!.data).to.include({from, to})
          } else {
            expect(() => move(from, to), `${from} → ${to}`).to.satisfy((work: () => unknown) => {
              try {
                work()
                return false
              } catch (error) {
                return hasCode(error, 'ORCH_ILLEGAL_TRANSITION')
              }
            })
          }
        }
      })
    }
  })
}

describe('the state machines', () => {
  describeTable('project', PROJECT_STATES, PROJECT_TRANSITIONS, (from, to) => {
    const {project, events} = moveProject(aProject({state: from}), to, EVIDENCE)
    return {state: project.state, events}
  })
  describeTable('agent', AGENT_STATES, AGENT_TRANSITIONS, (from, to) => {
    const {agent, events} = moveAgent(anAgent({state: from}), to, EVIDENCE)
    return {state: agent.state, events}
  })
  describeTable('message', MESSAGE_STATES, MESSAGE_TRANSITIONS, (from, to) => {
    const {message, events} = moveMessage(aMessage({state: from}), to, 7)
    return {state: message.state, events}
  })
  describeTable('merge', MERGE_STATES, MERGE_TRANSITIONS, (from, to) => {
    const {merge, events} = moveMerge(aMerge({state: from}), to)
    return {state: merge.state, events}
  })
})

/** The main lines of design § 6, written down a second time. */
describe('the ways of the design', () => {
  const walks = <S extends string>(table: TransitionTable<S>, ...way: readonly S[]) =>
    way.slice(1).every((to, index) => table[way[index]!].includes(to))

  it('lead a project to its end, back for a rejected claim, and aside', () => {
    expect(walks(PROJECT_TRANSITIONS, 'queued', 'planning', 'starting', 'running', 'verifying', 'merging', 'completed')).to.equal(true)
    expect(walks(PROJECT_TRANSITIONS, 'verifying', 'running')).to.equal(true)
    expect(walks(PROJECT_TRANSITIONS, 'merging', 'running')).to.equal(true)
    for (const aside of ['paused', 'waiting-credits', 'waiting-port', 'blocked'] as const) {
      expect(walks(PROJECT_TRANSITIONS, 'running', aside, 'running'), aside).to.equal(true)
      expect(walks(PROJECT_TRANSITIONS, aside, 'completed'), aside).to.equal(false)
    }
    expect(PROJECT_STATES.filter((state) => isEnd(PROJECT_TRANSITIONS, state))).to.deep.equal(['completed'])
    for (const ended of ['failed', 'cancelled'] as const) {
      expect(walks(PROJECT_TRANSITIONS, 'running', ended, 'running'), ended).to.equal(true)
      expect(walks(PROJECT_TRANSITIONS, ended, 'completed'), ended).to.equal(false)
    }
    for (const state of PROJECT_STATES) expect(isActive(state)).to.equal(!isFinished(state))
    expect(PROJECT_STATES.filter(isFinished)).to.deep.equal(['completed', 'failed', 'cancelled'])
  })

  it('lead an agent into work and back to a new run', () => {
    expect(walks(AGENT_TRANSITIONS, 'planned', 'waiting-port', 'starting', 'ready', 'working', 'idle', 'working')).to.equal(true)
    for (const end of ['exited', 'stopped', 'lost'] as const) {
      expect(walks(AGENT_TRANSITIONS, 'working', end, 'starting', 'ready'), end).to.equal(true)
      expect(walks(AGENT_TRANSITIONS, end, 'working'), end).to.equal(false)
      expect(isAlive(end)).to.equal(false)
    }
    expect(isAlive('planned') || isAlive('waiting-port')).to.equal(false)
    expect(isAlive('starting')).to.equal(true)
    expect(isPastStart('starting')).to.equal(false)
    expect(isPastStart('ready') && isPastStart('unknown')).to.equal(true)
  })

  it('lead a message to its receipt, and back when the run ends first', () => {
    expect(walks(MESSAGE_TRANSITIONS, 'accepted', 'offered', 'submitted', 'acknowledged')).to.equal(true)
    expect(walks(MESSAGE_TRANSITIONS, 'offered', 'accepted')).to.equal(true)
    expect(walks(MESSAGE_TRANSITIONS, 'submitted', 'accepted')).to.equal(true)
    expect(isEnd(MESSAGE_TRANSITIONS, 'acknowledged')).to.equal(true)
  })
})

describe('what a move carries', () => {
  it('gives a project its evidence and reason, and drops the old reason', () => {
    const blocked = moveProject(aProject(), 'blocked', EVIDENCE, {reason: 'why', resumeTo: 'running'}).project
    expect(blocked).to.deep.include({state: 'blocked', reason: 'why', resumeTo: 'running', evidence: EVIDENCE})
    expect(moveProject(blocked, 'running', EVIDENCE).project.reason).to.equal(null)
  })

  it('stamps a message with the time of its state, and forgets both when it comes back', () => {
    const offered = moveMessage(aMessage({blockedBy: 'draft'}), 'offered', 10, {offeredTo: 'r_1'}).message
    expect(offered).to.include({offeredAt: 10, offeredTo: 'r_1', blockedBy: null})
    const submitted = moveMessage(offered, 'submitted', 20).message
    expect(submitted).to.include({offeredAt: 10, submittedAt: 20})
    const back = moveMessage(submitted, 'accepted', 30).message
    expect(back).to.include({offeredAt: null, submittedAt: null, offeredTo: null, state: 'accepted'})
    expect(moveMessage(submitted, 'acknowledged', 40).message).to.include({acknowledgedAt: 40})
  })

  it('refreshes the evidence of an agent that stays as it is, without an event', () => {
    const {agent, events} = moveAgent(anAgent({state: 'idle'}), 'idle', EVIDENCE, {restarts: 2})
    expect(agent).to.deep.include({evidence: EVIDENCE, restarts: 2})
    expect(events).to.deep.equal([])
  })
})
