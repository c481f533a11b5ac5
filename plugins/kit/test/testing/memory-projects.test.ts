import {expect} from 'chai'
import {MemoryProjects, aMessageView, aProjectView, anAgentView, testPorts} from '../../src/testing/index.js'

describe('MemoryProjects', () => {
  const finished = aProjectView({id: 'p_2', state: 'completed', finishedAt: 5})
  const projects = new MemoryProjects([aProjectView({messages: [aMessageView()]}), finished])

  it('finds as orch does: unfinished projects, and finished ones by load alone', async () => {
    expect(projects.list().map(({id}) => id)).to.deep.equal(['p_1'])
    expect(projects.get('p_2')).to.equal(undefined)
    expect(await projects.load('p_2')).to.equal(finished)
    expect(projects.agent('p_1', 'a_developer')).to.deep.equal(anAgentView())
    expect(projects.message('p_1', 'm_1')).to.deep.equal(aMessageView())
    expect(testPorts().projects.list()).to.deep.equal([])
  })

  it('tells readers of what is put, until their signal', async () => {
    const end = new AbortController()
    const changes = projects.changes(end.signal)[Symbol.asyncIterator]()
    const blocked = aProjectView({state: 'blocked'})
    projects.put(blocked, [{type: 'project.state', agent: null, at: 1, data: {}}])
    expect((await changes.next()).value).to.deep.include({project: blocked, missed: 0})
    expect(projects.get('p_1')).to.equal(blocked)
    end.abort()
    expect((await changes.next()).done).to.equal(true)
  })
})
