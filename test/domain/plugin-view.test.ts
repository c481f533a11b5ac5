import {expect} from 'chai'
import {agentView, eventView, messageView, projectView} from '../../src/domain/plugin-view.js'
import {aClaim, aMessage, anAgent, aProject, aRun, EPOCH} from '../support/builders.js'

describe('what plugins see of a project', () => {
  const project = aProject({
    agents: [anAgent({run: aRun({token: 's3cret'}), claim: aClaim({key: 'k3y'}), options: {env: {KEY: 's3cret'}}})],
    messages: [aMessage({text: 'to whom it concerns'})],
    incidents: [{cause: 'stuck', agent: 'a_developer', about: null, what: 'silent', openedAt: EPOCH, step: 'seen', stepAt: EPOCH}],
  })
  const view = projectView(project, {greeting: {word: 'hi', more: {deep: true}}})

  it('holds what happens in it', () => {
    expect(view).to.deep.include({id: 'p_1', state: 'running', repository: '/repo', verified: null, spentUsd: 0})
    expect(view.agents[0]).to.deep.include({role: 'developer', project: 'p_1', run: {id: 'r_1', startedAt: EPOCH, pid: 1000}})
    expect(view.agents[0]!.claim).to.deep.equal({message: 'done', at: EPOCH, verdict: 'pending'})
    expect(view.messages[0]).to.deep.include({id: 'm_1', project: 'p_1', text: 'to whom it concerns', state: 'accepted'})
    expect(view.incidents).to.deep.equal([{cause: 'stuck', agent: 'a_developer', about: null, what: 'silent', openedAt: EPOCH}])
    expect(view.settings['greeting']).to.deep.equal({word: 'hi', more: {deep: true}})
  })

  it('holds no token and no option of an agent', () => {
    expect(JSON.stringify([view, agentView('p_1', project.agents[0]!)])).not.to.match(/s3cret|k3y/)
  })

  it('cannot be changed, and what is behind it neither', () => {
    const views: object[] = [view, view.agents[0]!, view.agents[0]!.evidence, view.messages, view.messages[0]!, view.settings['greeting']!]
    views.push(view.integration, view.incidents, messageView('p_1', project.messages[0]!))
    for (const each of views) expect(Object.isFrozen(each), JSON.stringify(each)).to.equal(true)
    expect(Reflect.set(view.agents[0]!.evidence, 'what', 'mine')).to.equal(false)
    expect(project.agents[0]!.evidence.what).to.equal('test')
    const data = {evidence: {source: 'orch', what: 'w', at: 1}}
    const event = eventView({type: 'agent.state', agent: 'a_developer', at: 1, data})
    expect(Reflect.set(event.data['evidence'] as object, 'what', 'mine')).to.equal(false)
    expect(data.evidence.what).to.equal('w')
  })

  it('has its messages made once, when they are read', () => expect(view.messages).to.equal(view.messages))
})
