import {expect} from 'chai'
import {identifyCaller} from '../../../src/services/supervisor/identify-caller.js'
import {aProject, aRun, anAgent} from '../../support/builders.js'
import {refusal} from '../../support/failure.js'
import {aWorld} from '../../support/world.js'

describe('identifyCaller', () => {
  const team = [
    anAgent({run: aRun({token: 'of the developer'})}),
    anAgent({role: 'tester', run: aRun({token: 'of the tester!!!'})}),
    anAgent({role: 'writer', run: null}),
  ]
  const {store} = aWorld({projects: [aProject({agents: team})]})
  const claim = {project: 'p_1', agent: 'a_developer', token: 'of the developer'}

  it('knows an agent by the token of its present run', () => {
    expect(identifyCaller(store, claim)).to.deep.equal({agent: {project: 'p_1', agent: 'a_developer', role: 'developer'}})
  })

  for (const [what, changes] of [
    ['a wrong token', {token: 'of the developeR'}],
    ['the token of another agent', {token: 'of the tester!!!'}],
    ['no token', {token: ''}],
    ['a part of the token', {token: 'of the'}],
    ['an agent without a run', {agent: 'a_writer'}],
    ['an agent that is not there', {agent: 'a_nobody'}],
    ['a project that is over', {project: 'p_over'}],
  ] as const) {
    it(`refuses ${what}, and repeats no secret`, async () => {
      const error = await refusal('ORCH_UNAUTHORISED', () => identifyCaller(store, {...claim, ...changes}))
      expect(`${error.message}${JSON.stringify(error.details)}`).not.to.include('of the developer')
    })
  }
})
