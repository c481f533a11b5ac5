import {expect} from 'chai'
import {resume, resumedAgents} from '../../src/domain/resume.js'
import {anAgent, aProject, EPOCH} from '../support/builders.js'

describe('whom a resume woke', () => {
  const limit = {what: 'limit', until: EPOCH + 3_600_000, holder: null, cause: 'plan'} as const
  const before = aProject({
    agents: [
      anAgent(),
      anAgent({role: 'tester', state: 'stopped'}),
      anAgent({role: 'writer', state: 'limited', waitingFor: limit}),
      anAgent({role: 'analyst', state: 'limited', waitingFor: {...limit, what: 'login'}}),
      anAgent({role: 'designer', state: 'stopped', left: {at: 1, by: 'a person'}}),
    ],
  })
  const evidence = {source: 'person', what: 'resumed', at: EPOCH} as const

  it('is each agent that ended, which starts again, and each that was refused, which tries again', () => {
    const after = resume(before, {restartDead: true}, evidence).project
    expect(resumedAgents(before, after)).to.deep.equal([
      {role: 'tester', how: 'starts'},
      {role: 'writer', how: 'tries-again'},
      {role: 'analyst', how: 'tries-again'},
    ])
  })

  it('is not one that stays ended', () => {
    const after = resume(before, {restartDead: false}, evidence).project
    expect(resumedAgents(before, after).map(({role}) => role)).to.deep.equal(['writer', 'analyst'])
  })

  it('is one that is restarted with a new credential', () => {
    const after = {...before, agents: before.agents.map((agent) => ({...agent, context: {restart: {why: 'x', fresh: false}}}))}
    expect(resumedAgents(before, after)[0]).to.deep.equal({role: 'developer', how: 'starts'})
  })
})
