import {expect} from 'chai'
import {describeBaseline, faultOf, faultOfSetUp, isEnvironmental, needsBaseline, toBaseline} from '../../src/domain/baseline.js'
import {aProject, EPOCH, someOptions} from '../support/builders.js'
import type {CommandEvidence} from '../../src/domain/model/merge.js'
import type {Baseline} from '../../src/domain/model/baseline.js'

const ran = (command: string, changes: Partial<CommandEvidence> = {}): CommandEvidence => ({
  command,
  exitCode: 0,
  tookMs: 1,
  output: '',
  afterRole: null,
  ...changes,
})
const red = (command: string) => ran(command, {exitCode: 1})
const missing = (command: string) => ran(command, {exitCode: null, notStarted: true})
const baselineOf = (...commands: CommandEvidence[]): Baseline => toBaseline({commands, setUp: null}, EPOCH)

describe('a baseline', () => {
  const TESTED = someOptions({baseline: true, acceptance: [{command: 'npm test', origin: 'flag'}]})

  it('is needed once, where there are commands, while the project is driven', () => {
    expect(needsBaseline(aProject({options: TESTED}))).to.equal(true)
    expect(needsBaseline(aProject({options: TESTED, baseline: baselineOf()}))).to.equal(false)
    expect(needsBaseline(aProject({options: {...TESTED, baseline: false}}))).to.equal(false)
    expect(needsBaseline(aProject({options: {...TESTED, acceptance: []}}))).to.equal(false)
    for (const state of ['paused', 'blocked', 'merging', 'completed', 'failed', 'cancelled'] as const)
      expect(needsBaseline(aProject({options: TESTED, state})), state).to.equal(false)
  })

  it('tells a failing command from one that cannot run and from a failing set-up', () => {
    expect(baselineOf(ran('a'), ran('b')).outcome).to.equal('passed')
    expect(baselineOf(ran('a'), red('b')).outcome).to.equal('failed')
    expect(baselineOf(red('a'), missing('b')).outcome).to.equal('could-not-start')
    expect(toBaseline({commands: [], setUp: red('npm ci')}, EPOCH).outcome).to.equal('set-up-failed')
    expect([baselineOf(red('a')), baselineOf(missing('a'))].map(isEnvironmental)).to.deep.equal([false, true])
  })

  it('counts a missing file of the repository as a failing command: the work may be to add it', () => {
    expect(baselineOf(missing('./check.sh --all')).outcome).to.equal('failed')
  })

  it('counts a command that changes tracked files as failing', () => {
    expect(baselineOf(ran('a', {changed: ['lib.js']})).outcome).to.equal('failed')
  })

  it('says in a line what fails', () => {
    expect(describeBaseline(baselineOf(ran('a')))).to.equal(null)
    expect(describeBaseline(baselineOf(red('a'), ran('b'), missing('c'), ran('d', {changed: ['x']})))).to.equal(
      '`a` ended with 1, `c` could not be started, `d` changed tracked files: x',
    )
    expect(describeBaseline(toBaseline({commands: [], setUp: red('npm ci')}, EPOCH))).to.equal('the set-up command `npm ci` ended with 1')
  })
})

describe('the fault of failing acceptance commands', () => {
  it('lies in the work when the base passes, or when nothing is known of it', () => {
    expect(faultOf([red('a')], baselineOf(ran('a')))).to.deep.equal({at: 'work'})
    expect(faultOf([red('a')], null)).to.deep.equal({at: 'work'})
  })

  it('lies in the base when all that fails has failed there', () => {
    expect(faultOf([red('a'), ran('b')], baselineOf(red('a'), red('b')))).to.deep.equal({at: 'base'})
    expect(faultOf([red('a'), red('b')], baselineOf(red('a'), ran('b')))).to.deep.equal({at: 'work'})
    expect(faultOf([ran('a', {changed: ['x']})], baselineOf(ran('a', {changed: ['x']})))).to.deep.equal({at: 'base'})
  })

  it('lies in the environment when a program is missing that the base does not find either', () => {
    for (const baseline of [null, baselineOf(missing('pytest'))])
      expect(faultOf([missing('pytest'), red('b')], baseline)).to.deep.equal({
        at: 'environment',
        reason: '`pytest` could not be started',
      })
    expect(faultOf([missing('pytest')], baselineOf(ran('pytest')))).to.deep.equal({at: 'work'})
    expect(faultOf([missing('./check.sh')], null)).to.deep.equal({at: 'work'})
    expect(faultOf([missing('./check.sh')], baselineOf(missing('./check.sh')))).to.deep.equal({at: 'base'})
  })
})

describe('the fault of a failing set-up', () => {
  const failed = red('npm ci')

  it('lies in the environment when it fails on the base too, or when nothing it reads has changed', () => {
    expect(faultOfSetUp(failed, true, toBaseline({commands: [], setUp: failed}, EPOCH)).at).to.equal('environment')
    expect(faultOfSetUp(failed, false, baselineOf(ran('npm test'))).at).to.equal('environment')
    expect(faultOfSetUp(failed, false, null).at).to.equal('environment')
  })

  it('lies in the work when that changed what the set-up reads, and the base can be set up', () => {
    expect(faultOfSetUp(failed, true, baselineOf(ran('npm test'))).at).to.equal('work')
    expect(faultOfSetUp(failed, true, null).at).to.equal('work')
  })
})
