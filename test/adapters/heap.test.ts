import {expect} from 'chai'
import {Heap} from '../../src/adapters/heap.js'

const MB = 1024 * 1024

describe('Heap', () => {
  it('is collected when it has grown since the last time, once more to give the pages back, and not for less', () => {
    let used = 90 * MB
    const collected: number[] = []
    const heap = new Heap({used: () => used, collect: () => (collected.push(used), (used = 30 * MB))})
    const looks = () => {
      for (let looks = 0; looks < 3; looks++) heap.trim()
      return collected.splice(0)
    }
    expect(looks()).to.deep.equal([90 * MB, 30 * MB])
    used = 37 * MB
    expect(looks()).to.deep.equal([])
    used = 39 * MB
    expect(looks()).to.deep.equal([39 * MB, 30 * MB])
  })

  it('is left alone by a node that cannot', () => {
    new Heap({used: () => 900 * MB, collect: undefined}).trim()
  })
})
