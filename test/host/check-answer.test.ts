import {REQUIRED_PLUGIN, type EventName, type GateAnswer} from '@orch/plugin-kit'
import {HookBus, type HookFailure} from '@orch/plugin-kit/host'
import {InProcessRunner, type PluginHandlers} from '@orch/plugin-kit/testing'
import {expect} from 'chai'
import {AjvValidator} from '../../src/adapters/schema-validator.js'
import {failureOf} from '../support/failure.js'

const WAIT: GateAnswer = {notBefore: 5, why: 'wait', holder: null}

/** What an event may be answered with, and what it may not. */
const ANSWERS: Partial<Record<EventName, {good: readonly unknown[]; bad: readonly unknown[]}>> = {
  register: {
    good: [{apiVersion: 1}, {apiVersion: 1, checks: [{name: 'c', run: () => {}}], config: {section: 'mine', schema: {type: 'object'}}}],
    bad: [
      undefined,
      null,
      'x',
      {},
      {apiVersion: '1'},
      {apiVersion: 2, watchers: [{name: 'w', everyMs: 999}]},
      {apiVersion: 2, watchers: [{name: 'a b', everyMs: 1000}]},
      {apiVersion: 1, templates: '/t'},
      {apiVersion: 1, config: {section: 'mine'}},
    ],
  },
  awaitPort: {good: ['clear', WAIT, undefined], bad: ['now', null, {wait: 5}, {...WAIT, notBefore: '5'}]},
  afterWindowKill: {good: ['clear', WAIT], bad: [7, {why: 'x'}]},
  mcpInit: {good: [{steps: [], verdicts: []}], bad: [{}, [], {steps: [{step: 'jump'}], verdicts: []}]},
  beforeAgentSpawn: {
    good: [undefined, {}, {env: {A: 'b'}, args: ['--x'], files: {'a/b.txt': ''}}],
    bad: [
      'x',
      {args: 'x'},
      {env: {X: 5}},
      {env: {PORT: '1'}},
      {env: {ORCH_TOKEN: '1'}},
      {args: ['--resume=x']},
      {files: {'../x': ''}},
      {env_: {}},
    ],
  },
  beforeBriefing: {
    good: [[], undefined, [{title: 't', body: 'b', weight: 1}]],
    bad: ['Be brief.', [{title: 't'}], {title: 't', body: 'b', weight: 1}],
  },
  beforeMerge: {good: [undefined, null], bad: [false, true, {ok: false}]},
  beforeCleanup: {good: [undefined], bad: ['no']},
  afterMerge: {good: [undefined, 'anything', 5], bad: []},
}

describe('the answers of hooks', () => {
  const busOf = (plugins: Record<string, PluginHandlers>, isDispensable?: (failure: HookFailure) => boolean) =>
    new HookBus({
      runner: new InProcessRunner(new Map(Object.entries(plugins))),
      declared: new Map(Object.entries(plugins).map(([name, handlers]) => [name, Object.keys(handlers)])),
      warn: () => {},
      schemas: new AjvValidator(),
      ...(isDispensable ? {isDispensable} : {}),
    })
  const OWNER: PluginHandlers = {
    awaitPort: async () => 'clear',
    afterWindowKill: async () => 'clear',
    mcpInit: async () => ({steps: [], verdicts: []}),
  }
  const answering = (event: EventName, answer: unknown) => ({[event]: async () => answer}) as PluginHandlers

  for (const [event, {good, bad}] of Object.entries(ANSWERS) as [EventName, {good: unknown[]; bad: unknown[]}][]) {
    it(`to ${event} are held against its schema`, async () => {
      for (const answer of good) await busOf({[REQUIRED_PLUGIN]: OWNER, other: answering(event, answer)}).emit(event, {} as never)
      for (const answer of bad) {
        const error = await failureOf(busOf({[REQUIRED_PLUGIN]: OWNER, other: answering(event, answer)}).emit(event, {} as never))
        expect(error, JSON.stringify(answer)).to.include({code: 'ORCH_HOOK_FAILED'})
        expect(error.message).to.include(`other failed in ${event}: it answered`)
      }
    })
  }

  it('are told by their shape alone: an environment holds secrets', async () => {
    const error = await failureOf(
      busOf({bad: answering('beforeAgentSpawn', {env: {KEY: 's3cret', N: 5}})}).emit('beforeAgentSpawn', {} as never),
    )
    expect(error.message).to.include('it answered an object with env: env.N must be string').and.not.include('s3cret')
  })

  it('of others count when one can be done without', async () => {
    const bus = busOf(
      {
        bad: answering('beforeBriefing', 'text'),
        good: answering('beforeBriefing', [{title: 't', body: '', weight: 1}]),
      },
      ({plugin}) => plugin === 'bad',
    )
    expect((await bus.emit('beforeBriefing', {} as never)).map(({plugin}) => plugin)).to.deep.equal(['good'])
  })

  it('that clash cost the later plugin its own, where it can be done without', async () => {
    const env = (value: string) => answering('beforeAgentSpawn', {env: {A: value}})
    const without: string[] = []
    const bus = busOf({one: env('1'), two: env('2')}, ({plugin, how}) => how === 'clash' && Boolean(without.push(plugin)))
    expect(await bus.emit('beforeAgentSpawn', {} as never)).to.deep.equal({env: {A: '1'}})
    expect(without).to.deep.equal(['two'])
    expect(await failureOf(busOf({one: env('1'), two: env('2')}).emit('beforeAgentSpawn', {} as never))).to.include({
      code: 'ORCH_HOOK_CLASH',
    })
  })
})
