import {expect} from 'chai'
import {Heap} from '../../src/adapters/heap.js'

const MB = 1024 * 1024

describe('Heap', () => {
  it('is collected when it has grown since the last time, once more to give the pages back, and not for less', () => {
    let used = 90 * MB
    const collected: number[] = []
    const heap = new Heap({used: () => used, young: () => MB, collect: () => (collected.push(used), (used = 30 * MB))})
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

  it('is collected until its young generation is that of an idle process again', () => {
    let [young, rounds] = [32 * MB, 0]
    const collect = () => {
      rounds += 1
      // V8 shrinks it in the first collection with little allocated before it.
      if (rounds === 3) young = MB
    }
    const heap = new Heap({used: () => 30 * MB, young: () => young, collect})
    for (let looks = 0; looks < 10; looks++) heap.trim()
    expect(rounds).to.equal(4)
  })

  it('is left alone by a node that cannot', () => {
    new Heap({used: () => 900 * MB, young: () => 32 * MB, collect: undefined}).trim()
  })
})
