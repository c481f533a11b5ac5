import {expect} from 'chai'
import {AjvValidator} from '../../../src/adapters/schema-validator.js'
import {Configuration, environmentLayer, type ConfigLayer} from '../../../src/services/configuration/configuration.js'
import {refusal} from '../../support/failure.js'

const OAUTH = {
  type: 'object',
  additionalProperties: false,
  properties: {port: {type: 'integer', default: 3000}, ports: {type: 'array', items: {type: 'integer'}, default: []}},
}
const configuration = new Configuration(
  {oauth: OAUTH, 'my-plugin': {type: 'object', additionalProperties: false, properties: {onBusy: {type: 'string'}}}},
  new AjvValidator(),
)
const layer = (name: ConfigLayer['name'], values: Record<string, unknown>): ConfigLayer => ({
  name,
  values,
  placeOf: (path) => `${name}.yaml:${path.length}`,
})
const env = (variables: Record<string, string>) => environmentLayer(variables, configuration.schema)

describe('Configuration', () => {
  it('without layers is all defaults', () => {
    const {config, origins} = configuration.resolve([])
    expect(config).to.deep.include({agent: 'auto', merge: 'integration', oauth: {port: 3000, ports: []}})
    expect(origins).to.deep.equal({})
  })

  it('lays later layers over earlier ones, key by key', () => {
    const {config, origins} = configuration.resolve([
      layer('user', {agent: 'claude', ports: {first: 42_000, perAgent: 5}}),
      layer('project', {ports: {first: 43_000}}),
      layer('flag', {agent: 'rehearsal'}),
    ])
    expect(config).to.deep.include({agent: 'rehearsal', ports: {first: 43_000, perAgent: 5}})
    expect(origins).to.deep.equal({
      agent: {layer: 'flag', place: 'flag.yaml:1'},
      'ports.first': {layer: 'project', place: 'project.yaml:2'},
      'ports.perAgent': {layer: 'user', place: 'user.yaml:2'},
    })
  })

  it('takes lists whole', () => {
    const {config} = configuration.resolve([layer('user', {acceptance: ['a', 'b']}), layer('flag', {acceptance: ['c']})])
    expect(config.acceptance).to.deep.equal(['c'])
    expect(configuration.resolve([layer('user', {acceptance: ['a']}), layer('flag', {acceptance: []})]).config.acceptance).to.deep.equal([])
  })

  it('leaves the layers as they are', () => {
    const values = {ports: {first: 42_000}}
    configuration.resolve([layer('user', values), layer('flag', {ports: {perAgent: 3}})])
    expect(values).to.deep.equal({ports: {first: 42_000}})
  })

  it('tells every problem of every layer, with its place and what was probably meant', async () => {
    const error = await refusal('ORCH_CONFIG', () =>
      configuration.resolve([
        layer('user', {acceptence: []}),
        layer('project', {ports: {first: 'x'}, oauth: {prot: 1}}),
        layer('flag', {merge: 'all'}),
      ]),
    )
    expect(error.details.problems).to.deep.equal([
      'user.yaml:1: acceptence: unknown key "acceptence"; did you mean "acceptance"?',
      'project.yaml:2: ports.first: must be integer',
      'project.yaml:2: oauth.prot: unknown key "prot"; did you mean "port"?',
      'flag.yaml:1: merge: must be one of none, integration, parent',
    ])
  })
})

describe('environmentLayer', () => {
  it('spells keys as the schema does', () => {
    expect(
      env({
        ORCH_CONFIG_AGENT: 'claude',
        ORCH_CONFIG_MAXAGENTS: '3',
        ORCH_CONFIG_MAX_AGENTS: '4',
        ORCH_CONFIG_PORTS__PER_AGENT: '5',
        ORCH_CONFIG_MY_PLUGIN__ON_BUSY: 'warn',
        ORCH_CONFIG_ACCEPTANCE: '["npm test"]',
      }).values,
    ).to.deep.equal({agent: 'claude', maxAgents: 4, ports: {perAgent: 5}, 'my-plugin': {onBusy: 'warn'}, acceptance: ['npm test']})
  })

  it('leaves alone what is orch’s own or nobody’s', () => {
    expect(env({ORCH_CONFIG_DIR: '/c', ORCH_DATA_DIR: '/d', ORCH_TOKEN: 't', PATH: '/bin', CONFIG_AGENT: 'x'}).values).to.deep.equal({})
  })

  it('names the variable of a problem', async () => {
    const error = await refusal('ORCH_CONFIG', () =>
      configuration.resolve([env({ORCH_CONFIG_AGNET: 'x', ORCH_CONFIG_PORTS__FIRST: 'many'})]),
    )
    expect(error.details.problems).to.have.members([
      'ORCH_CONFIG_AGNET: agnet: unknown key "agnet"; did you mean "agent"?',
      'ORCH_CONFIG_PORTS__FIRST: ports.first: must be integer',
    ])
  })

  it('is an origin', () => {
    expect(configuration.resolve([env({ORCH_CONFIG_PORTS__FIRST: '42000'})]).origins).to.deep.equal({
      'ports.first': {layer: 'environment', place: 'ORCH_CONFIG_PORTS__FIRST'},
    })
  })
})
