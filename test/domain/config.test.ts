import {expect} from 'chai'
import {AjvValidator} from '../../src/adapters/schema-validator.js'
import {CONFIG_PROPERTIES, configSchema} from '../../src/domain/config.js'

describe('configSchema', () => {
  const schemas = new AjvValidator()

  it('fills an empty configuration with every default', () => {
    const config: Record<string, unknown> = {}
    expect(schemas.check(configSchema({}), config)).to.deep.equal([])
    expect(Object.keys(config).sort()).to.deep.equal(Object.keys(CONFIG_PROPERTIES).sort())
    expect(config).to.deep.include({agent: 'auto', merge: 'integration', maxAgents: null, ports: {first: 41_000, perAgent: 10}})
  })

  it('takes sections of plugins with their defaults, and checks them', () => {
    const schema = configSchema({
      oauth: {type: 'object', additionalProperties: false, properties: {port: {type: 'integer', default: 3000}}},
    })
    const config: Record<string, unknown> = {}
    schemas.check(schema, config)
    expect(config['oauth']).to.deep.equal({port: 3000})
    expect(schemas.check(schema, {oauth: {prot: 1}})[0]).to.deep.include({path: ['oauth', 'prot'], suggestion: 'port'})
  })

  it('refuses a section nobody declared', () => {
    expect(schemas.check(configSchema({}), {credits: {}})[0]!.message).to.include('unknown key')
  })
})
