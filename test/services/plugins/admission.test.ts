import {expect} from 'chai'
import {AjvValidator} from '../../../src/adapters/schema-validator.js'
import {Admission} from '../../../src/services/plugins/admission.js'

const SECTION = {section: 'greeting', schema: {type: 'object', properties: {word: {type: 'string'}}}}
const method = {params: {type: 'object'}, result: {type: 'object'}, handler: async () => ({})}
const WATCHER = {name: 'w', everyMs: 1_000, decide: () => []}
const planner = {name: 'p', usesModel: false, unavailable: async () => null, outline: () => Promise.reject(new Error('none'))}

describe('Admission', () => {
  let admission: Admission
  const admit = (value: object, plugin = 'mine') => admission.admit({plugin, value: {apiVersion: 1, ...value}})

  beforeEach(() => (admission = new Admission({schemas: new AjvValidator(), sections: ['acceptance'], methods: ['message.send']})))

  it('lets a plugin use names that nobody has', () => {
    expect(admit({})).to.equal(null)
    expect(admit({config: SECTION, methods: {'greeting.say': method}, capabilities: {'planner:p': planner}})).to.equal(null)
  })

  for (const [what, value, why] of [
    ['another API', {apiVersion: 3}, 'was written for plugin API 3; this orch speaks 1 and 2'],
    ['a section of orch', {config: {section: 'acceptance', schema: {type: 'object'}}}, "section acceptance, which is orch's own"],
    ['a method of orch', {methods: {'message.send': method}}, "method message.send, which is orch's own"],
    ['a method without a handler', {methods: {'a.b': {...method, handler: 'x'}}}, 'method a.b without a function handler or stream'],
    ['a schema that is none', {methods: {'a.b': {...method, params: {type: 'sting'}}}}, 'params of a.b with what is no JSON Schema'],
    ['a section with an unknown keyword', {config: {section: 's', schema: {type: 'object', propertys: {}}}}, 'no JSON Schema (draft 7)'],
    [
      'a schema that refers to nothing',
      {config: {section: 's', schema: {type: 'object', properties: {a: {$ref: '#/no'}}}}},
      'no JSON Schema',
    ],
    ['a planner that cannot plan', {capabilities: {'planner:q': {name: 'q'}}}, 'provides planner:q without a function unavailable'],
    ['a watcher that cannot decide', {watchers: [{name: 'w', everyMs: 1_000}]}, 'brings the watcher w without a function decide'],
    ['two watchers of one name', {watchers: [WATCHER, WATCHER]}, 'brings two watchers named w'],
    ['a check that cannot run', {checks: [{name: 'c'}]}, 'brings the check c without a function run'],
  ] as const)
    it(`refuses ${what}`, () => expect(admit(value)).to.include(why))

  it('lets the first of two have a name, and one that was refused have none', () => {
    expect(admit({config: SECTION, methods: {'message.send': method}}, 'refused')).to.be.a('string')
    expect(admit({config: SECTION}, 'first')).to.equal(null)
    expect(admit({config: SECTION}, 'second')).to.equal('takes the configuration section greeting, which is that of first')
  })
})
