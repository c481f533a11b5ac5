import {expect} from 'chai'
import {receiptLines, sendRequest} from '../../src/view/send-request.js'

describe('sendRequest', () => {
  it('makes an id of its own for each message', () => {
    const ids = Array.from({length: 1_000}, () => String(sendRequest({to: 'a', text: 'x'})['id']))
    expect(new Set(ids).size).to.equal(1_000)
    for (const id of ids) expect(id).to.match(/^m_[0-9a-z]{6,40}$/)
  })

  it('says only what was said', () => {
    const plain = sendRequest({to: 'a', text: '', project: undefined, replyTo: undefined, expiresMs: undefined, priority: undefined})
    expect({...plain, id: 'm'}).to.deep.equal({id: 'm', to: 'a', text: '', priority: 'normal', waitMs: 0})
    const said = {priority: 'urgent', project: 'p', replyTo: 'm_1', expiresMs: 5, waitMs: 7} as const
    const full = sendRequest({to: 'a', text: '/compact', command: true, ...said})
    expect({...full, id: 'm'}).to.deep.equal({id: 'm', to: 'a', text: '/compact', kind: 'command', ...said})
    expect(sendRequest({to: 'a', text: 'x', command: false})).not.to.have.property('kind')
  })
})

describe('receiptLines', () => {
  it('has a line a recipient: what became of it, what holds it, and why it ended', () => {
    const receipt = {id: 'm_1', to: 'a_1', state: 'accepted', blockedBy: null, reason: null}
    expect(
      receiptLines([receipt, {...receipt, id: 'm_2', blockedBy: 'draft'}, {...receipt, id: 'm_3', state: 'dead', reason: 'the run ended'}]),
    ).to.deep.equal(['m_1 accepted', 'm_2 accepted, blocked by draft', 'm_3 dead: the run ended'])
    expect(receiptLines([])).to.deep.equal([])
  })
})
