import {expect} from 'chai'
import fc from 'fast-check'
import {oauthPool, spread} from '../../../src/services/oauth/port-pool.js'
import {aProject, anAgent} from '../../support/builders.js'

const using = (...ports: number[]) => aProject({agents: ports.map((oauthPort) => anAgent({oauthPort}))})

describe('the pool of OAuth ports', () => {
  it('is the person’s variable, else the pool of the configuration, else its port, else 3000', () => {
    expect(oauthPool({port: 3005, ports: [3001, 3002]}, {CLAUDE_OAUTH_PORT: '4000'})).to.deep.equal([4000])
    expect(oauthPool({port: 3005, ports: [3001, 3002]}, {})).to.deep.equal([3001, 3002])
    expect(oauthPool({port: 3005, ports: []}, {CLAUDE_OAUTH_PORT: 'many'})).to.deep.equal([3005])
    expect(oauthPool({}, {})).to.deep.equal([3000])
  })
})

describe('spread', () => {
  it('gives each number once before any twice, in the order of the pool', () => {
    expect(spread([], [3000, 3001, 3002], 5)).to.deep.equal([3000, 3001, 3002, 3000, 3001])
  })

  it('counts the agents of other projects', () => {
    expect(spread([using(3000), using(3000, 3001)], [3000, 3001, 3002], 3)).to.deep.equal([3002, 3001, 3002])
  })

  it('does not count numbers that are not of the pool', () => {
    expect(spread([using(4000, 4000)], [3000], 2)).to.deep.equal([3000, 3000])
  })

  it('shares no number while one of the pool is nobody’s, and never one twice as long as another once', () => {
    const ports = fc.uniqueArray(fc.integer({min: 1, max: 65_535}), {minLength: 1, maxLength: 8})
    fc.assert(
      fc.property(ports, fc.array(fc.nat(7), {maxLength: 20}), fc.nat(20), (pool, before, count) => {
        const known = before.map((index) => pool[index % pool.length]!)
        const given = spread([using(...known)], pool, count)
        const users = (all: readonly number[], port: number) => all.filter((other) => other === port).length
        given.forEach((port, index) => {
          const until = [...known, ...given.slice(0, index)]
          expect(users(until, port)).to.equal(Math.min(...pool.map((other) => users(until, other))))
        })
        expect(given).to.have.length(count)
      }),
    )
  })
})
