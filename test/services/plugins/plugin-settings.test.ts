import {expect} from 'chai'
import {PluginSettings} from '../../../src/services/plugins/plugin-settings.js'
import {aProject, someOptions} from '../../support/builders.js'

const OF_USER = {greeting: {word: 'user'}, oauth: {port: 3000}, claude: {command: 'c'}} as const

describe('PluginSettings', () => {
  const options = someOptions({sections: {greeting: {word: 'project'}}, oauth: {port: 3001}, drivers: {claude: {command: 'd'}}})
  const records = [aProject({options}), aProject({id: 'p_old'})]
  let settings: PluginSettings

  beforeEach(() => {
    settings = new PluginSettings()
    const section = (name: string) => ({apiVersion: 2, config: {section: name, schema: {type: 'object'}}})
    settings.registered(
      [
        {plugin: 'greeter', value: section('greeting')},
        {plugin: 'owner', value: section('oauth')},
        {plugin: 'driver', value: section('claude')},
        {plugin: 'plain', value: {apiVersion: 2}},
      ],
      (name) => OF_USER[name as keyof typeof OF_USER],
    )
  })

  it('are those the project began with', () => {
    settings.open({project: (id) => records.find((project) => project.id === id)})
    expect(settings.of('greeter', 'p_1')).to.deep.equal({word: 'project'})
    expect(settings.of('owner', 'p_1')).to.deep.equal({port: 3001})
    expect(settings.of('driver', 'p_1')).to.deep.equal({command: 'd'})
    expect(settings.ofProject(records[0]!)).to.deep.equal({greeting: {word: 'project'}, oauth: {port: 3001}, claude: {command: 'd'}})
  })

  it('are those of the user without a project, before the records are open, and where the record has none', () => {
    expect(settings.of('greeter', 'p_1')).to.deep.equal({word: 'user'})
    settings.open({project: (id) => records.find((project) => project.id === id)})
    for (const project of [null, 'p_old', 'p_unknown']) expect(settings.of('greeter', project)).to.deep.equal({word: 'user'})
  })

  it('are empty for a plugin without a section', () => expect(settings.of('plain', 'p_1')).to.deep.equal({}))
})
