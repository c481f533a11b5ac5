import {expect} from 'chai'
import {AjvValidator} from '../../src/adapters/schema-validator.js'

const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['team'],
  properties: {
    team: {type: 'string'},
    merge: {enum: ['none', 'parent']},
    ports: {
      type: 'object',
      additionalProperties: false,
      default: {},
      properties: {first: {type: 'integer', default: 41}, 'a/b~c': {type: 'string'}},
    },
    list: {type: 'array', items: {type: 'integer'}},
  },
}

describe('AjvValidator', () => {
  const schemas = new AjvValidator()
  const check = (value: unknown) => schemas.check(SCHEMA, value)

  it('finds nothing wrong with what is right, and fills in defaults, inner ones too', () => {
    const value: Record<string, unknown> = {team: 'x'}
    expect(check(value)).to.deep.equal([])
    expect(value).to.deep.equal({team: 'x', ports: {first: 41}})
  })

  it('says what an unknown key was probably meant to be', () => {
    expect(check({team: 'x', mrege: 'none'})).to.deep.equal([{path: ['mrege'], message: 'unknown key "mrege"', suggestion: 'merge'}])
    expect(check({team: 'x', ports: {fist: 1}})).to.deep.equal([
      {path: ['ports', 'fist'], message: 'unknown key "fist"', suggestion: 'first'},
    ])
    expect(check({team: 'x', xylophone: 1})).to.deep.equal([{path: ['xylophone'], message: 'unknown key "xylophone"'}])
  })

  it('lists what an enumeration allows', () => {
    expect(check({team: 'x', merge: 'all'})).to.deep.equal([{path: ['merge'], message: 'must be one of none, parent'}])
  })

  it('finds every problem, with its path', () => {
    const problems = check({list: [1, 'two'], ports: {first: 'x', 'a/b~c': 1}})
    expect(problems.map(({path}) => path)).to.have.deep.members([[], ['list', '1'], ['ports', 'first'], ['ports', 'a/b~c']])
    expect(problems.find(({path}) => path.length === 0)!.message).to.include('team')
  })

  it('takes the same schema again and again, and another one beside it', () => {
    for (let round = 0; round < 3; round++) expect(check({team: 1})).to.have.length(1)
    expect(schemas.check({type: 'string'}, 1)).to.have.length(1)
    expect(schemas.check({type: 'string'}, 'x')).to.deep.equal([])
  })
})
