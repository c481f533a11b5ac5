import type {Act} from '@orch/plugin-kit'
import {actsProblem} from '@orch/plugin-kit/host'
import {WatcherTrial, aProjectView} from '@orch/plugin-kit/testing'
import {expect} from 'chai'
import {AjvValidator} from '../../src/adapters/schema-validator.js'
import {failureOf} from '../support/failure.js'

const GOOD: readonly Act[] = [
  {do: 'tell', agent: 'a_1', text: 'Go on.', priority: 'high'},
  {do: 'move-agent', agent: 'a_1', to: 'limited', why: 'its limit is reached', until: 5},
  {do: 'move-project', to: 'blocked', why: 'the site is down'},
  {do: 'restart-agent', agent: 'a_1', why: 'it is silent', fresh: true},
  {do: 'pause', why: 'it is night'},
  {do: 'resume', why: 'it is day'},
  {do: 'open-incident', name: 'slow', agent: 'a_1', what: 'it is slow'},
  {do: 'close-incident', name: 'slow', agent: 'a_1', why: 'it is fast'},
  {do: 'need', id: 'licence', what: 'the licence ends', commands: ['renew it']},
  {do: 'settle-need', id: 'licence', why: 'it was renewed'},
  {do: 'keep', value: {looks: 1, list: [null, true, 'x']}},
]

/** What a watcher may not decide, and what is said of it. */
const BAD: readonly (readonly [unknown, RegExp])[] = [
  [undefined, /no list of acts/],
  ['pause', /no list of acts/],
  [[null], /act 1 is none: do is undefined/],
  [[{do: 'merge'}], /act 1 is none: do is "merge"/],
  [[{do: 'constructor'}], /act 1 is none/],
  [[{do: 'pause', why: 'x'}, {do: 'pause'}], /act 2 \(pause\): must have required property 'why'/],
  [[{do: 'pause', why: 'x', until: 5}], /\(pause\): until unknown key/],
  [[{do: 'pause', why: 'x'.repeat(501)}], /\(pause\): why must NOT have more than 500/],
  [[{do: 'move-project', to: 'completed', why: 'x'}], /\(move-project\): to must be one of blocked, waiting-credits/],
  [[{do: 'move-agent', agent: 'a_1', to: 'exited', why: 'x'}], /\(move-agent\): to must be one of/],
  [[{do: 'tell', agent: 'a_1', text: 'x'.repeat(2_001)}], /\(tell\): text must NOT have more than 2000/],
  [[{do: 'tell', agent: 'a_1', text: 'x\n'.repeat(31)}], /\(tell\): the text has more than 30 lines/],
  [[{do: 'need', id: 'n', what: 'one\ntwo'}], /more than one line/],
  [[{do: 'need', id: 'n', what: 'x', commands: Array(6).fill('c')}], /\(need\): commands must NOT have more than 5/],
  [[{do: 'need', id: 'a b', what: 'x'}], /\(need\): id must match/],
  [[{do: 'keep', value: 'x'.repeat(16 * 1024)}], /has 16386 bytes of JSON, and 16384 are allowed/],
  [[{do: 'keep', value: undefined}], /\(keep\)/],
  [[{do: 'keep', value: () => 1}], /the value is no JSON/],
  [[{do: 'keep', value: 5n}], /the value is no JSON/],
  [Array(51).fill({do: 'pause', why: 'x'}), /decided 51 acts at once, and 50 are allowed/],
]

describe('the acts of watchers', () => {
  const schemas = new AjvValidator()

  for (const act of GOOD) it(`may be ${act.do}`, () => expect(actsProblem([act], schemas)).to.equal(null))
  it('may be none, and fifty', () => {
    expect(actsProblem([], schemas)).to.equal(null)
    expect(actsProblem(Array(50).fill(GOOD[0]), schemas)).to.equal(null)
  })

  for (const [index, [decided, why]] of BAD.entries())
    it(`are refused when they are wrong or too much (${index + 1}: ${why.source})`, () =>
      expect(actsProblem(decided, schemas)).to.match(why))

  it('are tried look by look in the tests of a plugin', async () => {
    const count = {name: 'count', everyMs: 1_000, observe: async () => 2, decide: (_: unknown, step: number | undefined, own: number | undefined) => [{do: 'keep', value: (own ?? 0) + step!}] as const} // prettier-ignore
    const trial = new WatcherTrial(count, {schemas})
    await trial.look(aProjectView())
    expect(await trial.look(aProjectView())).to.deep.equal([{do: 'keep', value: 4}])
    expect(trial.own).to.equal(4)
    const wild = new WatcherTrial({name: 'wild', everyMs: 1_000, decide: () => [{do: 'pause'} as never]}, {schemas})
    expect((await failureOf(wild.look(aProjectView()))).message).to.include("must have required property 'why'")
  })
})
