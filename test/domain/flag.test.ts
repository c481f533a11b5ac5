import {expect} from 'chai'
import {flagsOf} from '../../src/domain/flag.js'
import {aClaim, aProject, anAgent} from '../support/builders.js'
import type {CommandEvidence} from '../../src/domain/model/merge.js'

const evidence = (tests?: number): CommandEvidence => ({
  ...{command: 'npm test', exitCode: 0, tookMs: 1, output: '', afterRole: null},
  ...(tests === undefined ? {} : {tests}),
})
const verified = (tests?: number) => ({verified: true, evidence: [evidence(tests)], candidate: 'c'})
const baseline = (tests: number) => ({outcome: 'passed', commands: [evidence(tests)], setUp: null, at: 1}) as const

describe('flagsOf', () => {
  const whats = (...[project, changes = null]: [Parameters<typeof flagsOf>[0], Parameters<typeof flagsOf>[1]?]) =>
    flagsOf(project, changes).map(({kind, what}) => [kind, what])

  it('flags a test command that ran no test', () =>
    expect(whats(aProject({verification: verified(0)}))).to.deep.equal([['no-tests', '`npm test` ran no test']]))

  it('flags fewer tests than on the base', () => {
    expect(whats(aProject({verification: verified(1), baseline: baseline(3)}))).to.deep.equal([
      ['fewer-tests', '`npm test` ran 1 test, 3 on the base'],
    ])
    expect(whats(aProject({verification: verified(3), baseline: baseline(3)}))).to.deep.equal([])
  })

  it('flags what the change does to tests, and what was remarked on claims', () => {
    const agents = [anAgent({claim: aClaim({remarks: ['a link leads out']})})]
    const changes = {deleted: ['a.test.js'], skipped: ['b.test.js: it.skip()'], commands: ['package.json: "test": "x"']}
    expect(flagsOf(aProject({agents}), changes).map(({kind}) => kind)).to.deep.equal([
      'deleted-tests',
      'skipped-tests',
      'test-command',
      'remark',
    ])
  })

  it('has nothing to say of a command that is no test runner', () => expect(whats(aProject({verification: verified()}))).to.deep.equal([]))
})
