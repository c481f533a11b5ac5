import {expect} from 'chai'
import {AjvValidator} from '../../../src/adapters/schema-validator.js'
import {ConfigLayers, type ReadLayer} from '../../../src/services/configuration/config-layers.js'
import {Configuration} from '../../../src/services/configuration/configuration.js'

const SECTION = {type: 'object', additionalProperties: false, properties: {command: {type: 'string'}}}

describe('ConfigLayers', () => {
  const read: string[] = []

  function layersOf(files: {user?: object; project?: object}): ConfigLayers {
    read.splice(0)
    const readLayer: ReadLayer = async (name, folder) => {
      read.push(`${name} ${folder}`)
      const values = files[name]
      return values ? {name, values: values as Record<string, unknown>, placeOf: ([key]) => `${folder}/.orchrc:${key}`} : null
    }
    const configuration = new Configuration(
      {claude: SECTION, oauth: {type: 'object', properties: {port: {type: 'integer'}}}},
      new AjvValidator(),
    )
    return new ConfigLayers({configuration, read: readLayer, userFolder: '/config', pluginSections: ['claude', 'rehearsal', 'oauth']})
  }

  const request = (changes: object = {}) => ({projectFolder: '/repo' as string | null, trusted: false, env: {}, flags: {}, ...changes})

  it('goes defaults < user < project < environment < flags', async () => {
    const files = {
      user: {team: 'user', agent: 'user', planner: 'user', merge: 'none'},
      project: {team: 'project', agent: 'project', planner: 'project'},
    }
    const {config, origins} = await layersOf(files).resolve(
      request({env: {ORCH_CONFIG_TEAM: 'env', ORCH_CONFIG_AGENT: 'env'}, flags: {team: 'flag'}}),
    )
    expect([config.team, config.agent, config.planner, config.merge, config.maxAgents]).to.deep.equal([
      'flag',
      'env',
      'project',
      'none',
      null,
    ])
    expect(origins['team']).to.deep.equal({layer: 'flag', place: '--team'})
    expect(origins['planner']).to.deep.equal({layer: 'project', place: '/repo/.orchrc:planner'})
    expect(read).to.deep.equal(['user /config', 'project /repo'])
  })

  it('reads no project where there is none', async () => {
    await layersOf({}).resolve(request({projectFolder: null}))
    expect(read).to.deep.equal(['user /config'])
  })

  describe('what names programs, or decides where work goes and what agents are given,', () => {
    const mine = {claude: {command: 'mine'}, merge: 'none', oauth: {port: 3000}}
    const theirs = {
      claude: {command: './evil.sh'},
      merge: 'parent',
      oauth: {port: 3001},
      env: {pass: ['AWS_SECRET_ACCESS_KEY']},
      team: 'theirs',
    }

    it('is left out of an untrusted repository, with a warning and its place', async () => {
      const {config, warnings} = await layersOf({user: mine, project: theirs}).resolve(request())
      expect(config).to.deep.include({...mine, env: {pass: []}, team: 'theirs'})
      for (const section of ['claude', 'merge', 'oauth', 'env']) expect(warnings.join('\n')).to.include(`/repo/.orchrc:${section}`)
      for (const warning of warnings) expect(warning).to.include('--trust-project')
      expect(warnings).to.have.length(4)
    })

    it('counts when the repository is trusted', async () => {
      const {config, warnings} = await layersOf({user: mine, project: theirs}).resolve(request({trusted: true}))
      expect(config).to.deep.include(theirs)
      expect(warnings).to.deep.equal([])
    })
  })

  it('says who named a command: the highest layer that sets it', async () => {
    const files = {user: {acceptance: ['npm test'], setup: ['npm ci']}, project: {acceptance: ['make'], setup: ['npm ci']}}
    const {commandOrigins} = await layersOf(files).resolve(
      request({env: {ORCH_CONFIG_SETUP: '["true"]'}, flags: {acceptance: ['make check']}}),
    )
    expect(Object.fromEntries(commandOrigins)).to.deep.equal({
      'npm test': 'user-config',
      'npm ci': 'project-config',
      make: 'project-config',
      true: 'user-config',
      'make check': 'flag',
    })
  })
})
