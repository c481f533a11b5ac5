import {expect} from 'chai'
import {triedPlugins} from '../../../src/services/plugins/tried-plugins.js'

describe('triedPlugins', () => {
  const core = {name: 'orch', version: '1.0.0', root: '/orch', hooks: {}, commandIDs: ['status', 'team:list'], pjson: {}}
  const tried = (pjson: object = {}, leftOut: {plugin: string; why: string; since: number; how?: 'failing'}[] = []) =>
    triedPlugins({
      plugins: [core, {name: 'p', version: '2.0.0', root: '/p', hooks: {register: []}, commandIDs: ['greet', 'team:list'], pjson}],
      isOwn: (name) => name === 'orch',
      leftOut,
      registrations: [
        {plugin: 'p', value: {apiVersion: 1, config: {section: 'greeting', schema: {}}, capabilities: {'agent:x': {} as never}}},
      ],
    })

  it('says what a plugin adds, and which of its commands nobody reaches', () => {
    const [plugin, ...more] = tried({peerDependencies: {a: '1'}, orch: {templates: './templates'}})
    expect(more).to.deep.equal([])
    expect(plugin).to.deep.include({name: 'p', version: '2.0.0', root: '/p', why: null})
    expect(plugin!.adds).to.deep.include({
      hooks: ['register'],
      commands: ['greet', 'team list'],
      capabilities: ['agent:x'],
      sections: ['greeting'],
      templates: ['./templates'],
    })
    expect(plugin!.notes.join('\n')).to.match(/has a command team list itself.*\n.*peerDependencies/)
  })

  it('says why one is left out, also one that could not be loaded; one whose notifications fail is not', () => {
    const since = 0
    const [gone, plugin] = tried({}, [
      {plugin: 'p', why: 'is called', since, how: 'failing'},
      {plugin: 'gone', why: 'has no folder', since},
    ])
    expect([gone!.why, plugin!.why]).to.deep.equal(['has no folder', null])
  })
})
