import {expect} from 'chai'
import {RandomIds} from '../../src/adapters/random-ids.js'
import {messageIdsIn} from '../../src/domain/letter-text.js'

describe('RandomIds', () => {
  const ids = new RandomIds()

  it('makes ids that receipts, branches and file names can hold', () => {
    const made = Array.from({length: 1000}, () => ids.next('m'))
    expect(new Set(made).size).to.equal(1000)
    for (const id of made) {
      expect(id).to.match(/^m_[0-9a-hjkmnp-tv-z]{10}$/)
      expect(messageIdsIn(`[orch ${id} from x]`)).to.deep.equal([id])
    }
  })

  it('makes secrets of 32 bytes and UUIDs of version 4', () => {
    expect(Buffer.from(ids.token(), 'base64url')).to.have.length(32)
    expect(ids.token()).not.to.equal(ids.token())
    expect(ids.uuid()).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })
})
