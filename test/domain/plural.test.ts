import {expect} from 'chai'
import {plural} from '../../src/domain/plural.js'

describe('plural', () => {
  it('speaks of one and of many', () => {
    expect([0, 1, 2].map((count) => plural(count, 'task'))).to.deep.equal(['0 tasks', '1 task', '2 tasks'])
    expect([1, 2].map((count) => plural(count, 'criterion', 'criteria'))).to.deep.equal(['1 criterion', '2 criteria'])
  })
})
