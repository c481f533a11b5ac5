import {expect} from 'chai'
import {counted} from '../../src/domain/plural.js'

describe('counted', () => {
  it('speaks of one and of many', () => {
    expect([0, 1, 2].map((count) => counted(count, 'task'))).to.deep.equal(['0 tasks', '1 task', '2 tasks'])
    expect([1, 2].map((count) => counted(count, 'criterion', 'criteria'))).to.deep.equal(['1 criterion', '2 criteria'])
  })
})
