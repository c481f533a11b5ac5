import {expect} from 'chai'
import {AjvValidator} from '../../src/adapters/schema-validator.js'
import {ConfigLayers, type ReadLayer} from '../../src/services/config-layers.js'
import {Configuration} from '../../src/services/configuration.js'

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
    return new ConfigLayers({configuration, read: readLayer, userFolder: '/config', driverSections: ['claude', 'rehearsal']})
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

  describe('sections of drivers, which name programs', () => {
    const files = {user: {claude: {command: 'mine'}}, project: {claude: {command: './evil.sh'}, oauth: {port: 3001}}}

    it('are left out of an untrusted repository, with a warning and its place', async () => {
      const {config, warnings} = await layersOf(files).resolve(request())
      expect(config['claude']).to.deep.equal({command: 'mine'})
      expect(config['oauth']).to.deep.equal({port: 3001})
      expect(warnings).to.have.length(1)
      expect(warnings[0]).to.include('/repo/.orchrc:claude').and.include('--trust-project')
    })

    it('count when the repository is trusted', async () => {
      const {config, warnings} = await layersOf(files).resolve(request({trusted: true}))
      expect(config['claude']).to.deep.equal({command: './evil.sh'})
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
