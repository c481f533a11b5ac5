import {expect} from 'chai'
import {outcomeOf} from '../../src/services/outcome.js'
import {projectStatus, statusOf} from '../../src/services/status.js'
import {aClaim, aMerge, aMessage, aProject, aRun, anAgent, EPOCH} from '../support/builders.js'

const SUPERVISOR = {running: true, pid: 1, socket: '/s'}

describe('the status', () => {
  it('has the fields that scripts read', () => {
    const project = aProject({
      agents: [anAgent({claim: aClaim({verdict: 'holds'}), exitCode: 3, restarts: 1})],
      messages: [
        aMessage(),
        aMessage({id: 'm_2', state: 'acknowledged'}),
        aMessage({id: 'm_3', readAt: 1}),
        aMessage({id: 'm_4', to: 'a_other'}),
      ],
    })
    const status = projectStatus(project)
    expect(status).to.deep.include({
      id: 'p_1',
      name: 'demo',
      state: 'running',
      reason: null,
      spec: '/repo/spec.md',
      path: '/repo',
      integrationBranch: 'orch/demo/integration',
    })
    expect(status.agents[0]).to.deep.include({
      id: 'a_developer',
      role: 'developer',
      kind: 'fake',
      state: 'working',
      pid: 1000,
      exitCode: 3,
      restarts: 1,
      unread: 1,
      claim: 'holds',
      waitingFor: null,
    })
  })

  it('names a draft after ten minutes and a dialog nobody told of after one, and asks no sooner', () => {
    const held = (heldBy: 'draft' | 'dialog') => aProject({messages: [aMessage({heldBy, heldSince: EPOCH})]})
    const needs = (heldBy: 'draft' | 'dialog', minutes: number) => statusOf([held(heldBy)], SUPERVISOR, EPOCH + minutes * 60_000).needsYou
    expect([needs('draft', 9), needs('draft', 10), needs('dialog', 0), needs('dialog', 1)].map(({length}) => length)).to.deep.equal([
      0, 1, 0, 1,
    ])
    expect(needs('draft', 10)[0]).to.include({agent: 'a_developer', since: EPOCH})
  })

  it('never shows a token', () => {
    const project = aProject({agents: [anAgent({run: aRun({token: 'hunter2'})})]})
    expect(JSON.stringify(statusOf([project], SUPERVISOR, EPOCH))).not.to.include('hunter2')
    expect(JSON.stringify(outcomeOf(project))).not.to.include('hunter2')
  })

  it('says what needs a person', () => {
    const evidence = {source: 'screen', what: 'login: expired', at: 5} as const
    const blocked = aProject({
      state: 'blocked',
      reason: 'tests fail',
      agents: [
        anAgent({state: 'needs-input', evidence}),
        anAgent({role: 'tester', state: 'quarantined', evidence}),
        anAgent({role: 'writer'}),
      ],
    })
    expect(statusOf([aProject(), blocked], SUPERVISOR, EPOCH).needsYou).to.deep.equal([
      {project: 'p_1', agent: null, what: 'tests fail', since: blocked.evidence.at},
      {project: 'p_1', agent: 'a_developer', what: 'login: expired', since: 5},
      {project: 'p_1', agent: 'a_tester', what: 'login: expired', since: 5},
    ])
  })
})

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
