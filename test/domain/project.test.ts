import {expect} from 'chai'
import {findAgent, withAgent, withMerge, withMessage} from '../../src/domain/project.js'
import {aMerge, aMessage, aProject, anAgent} from '../support/builders.js'

describe('a project with one part replaced', () => {
  const developer = anAgent()
  const tester = anAgent({role: 'tester'})
  const project = aProject({
    agents: [developer, tester],
    messages: [aMessage(), aMessage({id: 'm_2'})],
    merges: [aMerge(), aMerge({agent: 'a_tester'})],
  })

  it('keeps the others and their order, and leaves the old project as it was', () => {
    const before = structuredClone(project)
    expect(withAgent(project, {...tester, restarts: 1}).agents).to.deep.equal([developer, {...tester, restarts: 1}])
    expect(withMessage(project, aMessage({id: 'm_2', text: 'new'})).messages.map(({text}) => text)).to.deep.equal(['hello', 'new'])
    expect(withMerge(project, aMerge({agent: 'a_tester', sha: 's'})).merges.map(({sha}) => sha)).to.deep.equal([null, 's'])
    expect(project).to.deep.equal(before)
  })

  it('finds its agents by id', () => {
    expect(findAgent(project, 'a_tester')).to.equal(tester)
    expect(findAgent(project, 'tester')).to.equal(undefined)
  })
})
