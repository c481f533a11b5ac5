import {expect} from 'chai'
import {outcomeOf} from '../../../src/services/status/outcome.js'
import {aMerge, aProject} from '../../support/builders.js'

describe('the outcome', () => {
  it('is verified only when orch saw it', () => {
    expect(outcomeOf(aProject({state: 'completed'}))).to.include({verified: false, integrationSha: null})
    const evidence = [{command: 'npm test', exitCode: 0, tookMs: 5, output: 'much', afterRole: 'developer'}]
    const outcome = outcomeOf(
      aProject({
        state: 'completed',
        integration: {branch: 'b', sha: 's'},
        verification: {verified: true, evidence, candidate: 's'},
        merges: [aMerge({state: 'merged', sha: 's'}), aMerge({agent: 'a_tester', role: 'tester', state: 'pending'})],
      }),
    )
    expect(outcome).to.deep.include({
      verified: true,
      integrationSha: 's',
      merged: [{role: 'developer', branch: 'orch/demo/developer', sha: 's'}],
      evidence: [{command: 'npm test', exitCode: 0}],
    })
  })
})
