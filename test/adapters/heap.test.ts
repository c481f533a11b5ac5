import {expect} from 'chai'
import {Heap} from '../../src/adapters/heap.js'

const MB = 1024 * 1024

describe('Heap', () => {
  it('is collected when it has grown since the last time, and for less only its young generation, to give the pages back', () => {
    let used = 90 * MB
    const collected: string[] = []
    const collect = (kind: string) => {
      collected.push(`${kind} of ${used / MB}`)
      if (kind === 'major') used = 30 * MB
    }
    const heap = new Heap({used: () => used, young: () => MB, collect})
    const looks = () => {
      for (let looks = 0; looks < 3; looks++) heap.trim()
      return collected.splice(0)
    }
    expect(looks()).to.deep.equal(['major of 90', 'minor of 30'])
    used = 37 * MB
    expect(looks()).to.deep.equal([])
    used = 39 * MB
    expect(looks()).to.deep.equal(['major of 39', 'minor of 30'])
  })

  it('has only its young generation collected when what a busy moment left died young', () => {
    let [used, young] = [30 * MB, MB]
    const collected: string[] = []
    const collect = (kind: string) => {
      collected.push(kind)
      // V8 shrinks it in the first collection with little allocated before it.
      if (collected.length === 3) young = MB
      used = 31 * MB
    }
    const heap = new Heap({used: () => used, young: () => young, collect})
    heap.trim()
    ;[used, young] = [60 * MB, 32 * MB]
    for (let looks = 0; looks < 10; looks++) heap.trim()
    expect(collected).to.deep.equal(['major', 'minor', 'minor'])
  })

  it('is left alone by a node that cannot', () => {
    new Heap({used: () => 900 * MB, young: () => 32 * MB, collect: undefined}).trim()
  })
})
