import {Config} from '@oclif/core'
import {expect} from 'chai'
import pluginsPreinstall from '../../src/hooks/plugins-preinstall.js'
import {refusal} from '../support/failure.js'
import {ROOT} from '../support/sandbox.js'

describe('before a plugin is installed', () => {
  let config: Config
  before(async () => {
    config = await Config.load({root: ROOT, userPlugins: false})
  })

  it('every name of a plugin that comes with orch is refused, the required one among them, so that oclif ends over it', async () => {
    const own = (config.pjson.oclif.plugins ?? []).filter((name) => name.startsWith('@orch/'))
    expect(own).to.include('@orch/plugin-claude-oauth')
    for (const name of own) {
      const error = await refusal('ORCH_REFUSED', pluginsPreinstall({config, plugin: {name}}))
      expect(error.message).to.include(`Installing ${name}`)
      expect(error).to.have.nested.property('oclif.exit', error.exit)
    }
  })

  it('other names, and what has none yet, pass', async () => {
    for (const plugin of [{name: 'orch-plugin-lines'}, {name: '@orch/plugin-of-others'}, {name: '@oclif/plugin-version'}, {}])
      await pluginsPreinstall({config, plugin})
  })

  it('it is declared for oclif', () => {
    const {hooks} = config.plugins.get('orch')!
    expect(hooks['plugins:preinstall']).to.have.length(1)
    expect(hooks['postrun']).to.have.length(1)
  })
})
