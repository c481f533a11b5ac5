import {expect} from 'chai'
import {API_VERSION, type Answer, type Registration} from '../../src/index.js'
import {CapabilityRegistry} from '../../src/host/index.js'

const providing = (plugin: string, capabilities: object, apiVersion = API_VERSION): Answer<Registration> => ({
  plugin,
  value: {apiVersion, capabilities},
})
const terminal = {socket: 'one'}
const agent = {kind: 'fake'}

describe('CapabilityRegistry', () => {
  const registry = new CapabilityRegistry([
    providing('tmux', {terminal}),
    providing('agents', {'agent:fake': agent, 'planner:model': {name: 'model'}}),
    {plugin: 'data-only', value: {apiVersion: API_VERSION}},
  ])

  it('hands out what was registered, under its name', () => {
    expect(registry.require('terminal')).to.equal(terminal)
    expect(registry.names()).to.deep.equal(['agent:fake', 'planner:model', 'terminal'])
    expect(registry.providers()).to.deep.equal({'agent:fake': 'agents', 'planner:model': 'agents', terminal: 'tmux'})
  })

  it('hands out families by the rest of their name', () => {
    expect([...registry.family('agent')]).to.deep.equal([['fake', agent]])
    expect([...registry.family('planner').keys()]).to.deep.equal(['model'])
  })

  it('names the links, one of which may have replaced the plugin that is missed', () => {
    const replaced = new CapabilityRegistry([providing('agents', {'agent:fake': agent})], ['@orch/plugin-tmux'])
    expect(() => replaced.require('terminal'))
      .to.throw()
      .with.property('remedy')
      .that.includes('orch plugins uninstall @orch/plugin-tmux')
  })

  it('says what is missing, and what there is', () => {
    expect(() => registry.require('workspace'))
      .to.throw('workspace')
      .with.property('remedy')
      .that.includes('agent:fake, planner:model, terminal')
  })

  it('refuses two providers of one capability, and names both', () => {
    expect(() => new CapabilityRegistry([providing('one', {terminal}), providing('two', {terminal})]))
      .to.throw('one and two')
      .with.property('code', 'ORCH_CAPABILITY_TWICE')
  })

  it('refuses a plugin of another API before anything of it is taken', () => {
    expect(() => new CapabilityRegistry([providing('old', {terminal}, API_VERSION + 1)]))
      .to.throw('old')
      .with.property('code', 'ORCH_PLUGIN_API')
  })
})
