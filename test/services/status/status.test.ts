import {expect} from 'chai'
import {outcomeOf} from '../../../src/services/status/outcome.js'
import {projectStatus, statusOf} from '../../../src/services/status/status.js'
import {aClaim, aMessage, aProject, aRun, anAgent, EPOCH} from '../../support/builders.js'

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

  it('never shows a token', () => {
    const project = aProject({agents: [anAgent({run: aRun({token: 'hunter2'})})]})
    expect(JSON.stringify(statusOf([project], SUPERVISOR, EPOCH))).not.to.include('hunter2')
    expect(JSON.stringify(outcomeOf(project))).not.to.include('hunter2')
  })
})
