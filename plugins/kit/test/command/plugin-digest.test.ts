import {expect} from 'chai'
import {pluginDigest} from '../../src/command/index.js'

const core = {name: 'a', version: '1.0.0', type: 'core', root: '/x/a'}
const linked = {name: 'b', version: '1.0.0', type: 'link', root: '/x/b'}

describe('pluginDigest', () => {
  it('is the same for the same plugins, in whatever order and wherever the core ones lie', () => {
    expect(pluginDigest([core, linked])).to.equal(pluginDigest([linked, {...core, root: '/elsewhere'}]))
  })

  it('is another when a plugin comes, goes, changes its version or its place', () => {
    const others = [[core], [core, linked, {...core, name: 'c'}], [{...core, version: '1.0.1'}, linked], [core, {...linked, root: '/y'}]]
    for (const plugins of others) expect(pluginDigest(plugins)).not.to.equal(pluginDigest([core, linked]))
  })
})
