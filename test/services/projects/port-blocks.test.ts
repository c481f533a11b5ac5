import {expect} from 'chai'
import fc from 'fast-check'
import {PortBlocks} from '../../../src/services/projects/port-blocks.js'
import {aProject, anAgent} from '../../support/builders.js'
import {FakeHost} from '../../support/fake-host.js'

const holding = (...blocks: {from: number; to: number}[]) => aProject({agents: blocks.map((portBlock) => anAgent({portBlock}))})

describe('PortBlocks', () => {
  it('gives neighbouring blocks from the first port on', async () => {
    expect(await new PortBlocks(new FakeHost()).allot([], 2, {first: 41_000, perAgent: 10})).to.deep.equal([
      {from: 41_000, to: 41_009},
      {from: 41_010, to: 41_019},
    ])
  })

  it('passes over what is taken, in part too, and what is listened on', async () => {
    const host = new FakeHost()
    host.listening.add(41_020)
    const taken = [holding({from: 41_005, to: 41_012})]
    expect(await new PortBlocks(host).allot(taken, 1, {first: 41_000, perAgent: 10})).to.deep.equal([{from: 41_030, to: 41_039}])
  })

  it('shares the last block rather than give none', async () => {
    const blocks = await new PortBlocks(new FakeHost()).allot([], 3, {first: 65_520, perAgent: 10})
    expect(blocks).to.deep.equal([
      {from: 65_520, to: 65_529},
      {from: 65_520, to: 65_529},
      {from: 65_520, to: 65_529},
    ])
  })

  it('gives as many as were asked for, apart from each other and from all others', async () => {
    const place = fc.record({first: fc.integer({min: 1024, max: 60_000}), perAgent: fc.integer({min: 1, max: 20})})
    await fc.assert(
      fc.asyncProperty(
        place,
        fc.integer({min: 0, max: 10}),
        fc.array(fc.integer({min: 1024, max: 61_000}), {maxLength: 5}),
        async (ports, count, others) => {
          const held = others.map((from) => ({from, to: from + 9}))
          const blocks = await new PortBlocks(new FakeHost()).allot([holding(...held)], count, ports)
          expect(blocks).to.have.length(count)
          const all = [...blocks, ...held]
          for (const block of blocks) {
            expect(block.to - block.from + 1).to.equal(ports.perAgent)
            expect(block.to).to.be.lessThan(65_536)
            for (const other of all) if (other !== block) expect(block.from <= other.to && other.from <= block.to).to.equal(false)
          }
        },
      ),
    )
  })
})
