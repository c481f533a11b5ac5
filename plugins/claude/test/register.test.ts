import {expect} from 'chai'
import {runPlugin, testPorts} from '@orch/plugin-kit/testing'
import register from '../src/hooks/register.js'
import {CLAUDE_SCHEMA, settingsOf} from '../src/settings.js'

describe('claude as a plugin', () => {
  it('provides an agent bound by the port contract, and a planner', async () => {
    const {capabilities} = await runPlugin({register}, {name: '@orch/plugin-claude', ports: testPorts()})
    expect(capabilities.names()).to.deep.equal(['agent:claude', 'planner:claude'])
    expect(capabilities.require('agent:claude')).to.include({kind: 'claude', usesOauthPort: true, real: true, exitText: '/exit'})
  })

  it('has the defaults of its schema also without a host that fills them in', () => {
    const properties = CLAUDE_SCHEMA['properties'] as Record<string, {default?: unknown}>
    const defaults = Object.fromEntries(
      Object.entries(properties).flatMap(([key, value]) => ('default' in value ? [[key, value.default]] : [])),
    )
    expect(settingsOf({})).to.include(defaults)
    expect(settingsOf(defaults)).to.deep.equal(settingsOf({}))
  })
})
