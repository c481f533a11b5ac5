import {expect} from 'chai'
import {Heap} from '../../src/adapters/heap.js'

const MB = 1024 * 1024

describe('Heap', () => {
  it('is collected when it has grown since the last time, and not for less', () => {
    let used = 90 * MB
    const collected: number[] = []
    const heap = new Heap({used: () => used, collect: () => (collected.push(used), (used = 30 * MB))})
    heap.trim()
    heap.trim()
    used = 45 * MB
    heap.trim()
    expect(collected).to.deep.equal([90 * MB])
    used = 47 * MB
    heap.trim()
    expect(collected).to.deep.equal([90 * MB, 47 * MB])
  })

  it('is left alone by a node that cannot', () => {
    new Heap({used: () => 900 * MB, collect: undefined}).trim()
  })
})
