import {expect} from 'chai'
import {projectOfSession, sessionNameOf} from '../../src/domain/session-name.js'

describe('the name of a project’s session', () => {
  it('begins with the name and ends with the id, by which the project is found', () => {
    const name = sessionNameOf({id: 'p_mxddbhsqqd', name: 'A shop: v2.0'})
    expect(name).to.equal('a-shop-v2-0-p_mxddbhsqqd')
    expect(projectOfSession(name)).to.equal('p_mxddbhsqqd')
  })

  it('is the id of a project whose name leaves nothing', () => {
    expect(sessionNameOf({id: 'p_1', name: '日本'})).to.equal('p_1')
  })

  it('is still known as earlier versions made it', () => expect(projectOfSession('p_1')).to.equal('p_1'))

  for (const name of ['my-own', 'p_', 'xp_1', 'p_1-mine', 'orch-keeper'])
    it(`is none of orch: ${name}`, () => expect(projectOfSession(name)).to.equal(null))
})
