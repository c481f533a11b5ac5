import {Config, settings} from '@oclif/core'
import {expect} from 'chai'
import {REQUIRED_PLUGIN, type InputOf, type OrchError} from '../../src/index.js'
import {HookBus} from '../../src/host/index.js'
import {testPorts} from '../../src/testing/index.js'
import {writeHost} from '../support/plugin-folder.js'

const MERGE = {project: 'p_1', role: 'developer', branch: 'b', sha: 's'}
const AWAIT_PORT: InputOf<'awaitPort'> = {
  port: 3000,
  reason: 'start',
  project: 'p_1',
  agent: 'a_1',
  role: 'developer',
  waitedMs: 0,
  settings: {},
  run: 'r_1',
  askedAt: 0,
  history: {port: 3000, asOf: 0, killedAt: null, exitedAt: null, lease: null},
  now: 0,
}
const SPAWN = {project: 'p', agent: 'a', role: 'r', kind: 'k', worktree: '/w', argv: [], env: {}}

/** The bus on oclif's own Config, with hook files as plugins have them. */
describe('HookBus over oclif', () => {
  const warnings: OrchError[] = []
  let remove: () => Promise<void> = async () => {}

  afterEach(() => remove())

  /** @param plugins source of the hook file of each plugin; null: the file is not there */
  async function busOf(event: string, plugins: Readonly<Record<string, string | null>>): Promise<HookBus> {
    const host = await writeHost(
      Object.fromEntries(
        Object.entries(plugins).map(([name, source]) => [
          name,
          {hooks: {[event]: './hook.js'}, files: source === null ? {} : {'hook.js': source}},
        ]),
      ),
    )
    remove = host.remove
    warnings.length = 0
    settings.enableAutoTranspile = false
    const config = await Config.load({root: host.root})
    const declared = new Map([...config.plugins.values()].map((plugin) => [plugin.name, Object.keys(plugin.hooks)]))
    return new HookBus({runner: config, declared, warn: (failure) => warnings.push(failure), schemas: testPorts().schemas})
  }

  const failureOf = (work: Promise<unknown>): Promise<OrchError> =>
    work.then(
      () => expect.fail('it did not fail'),
      (error: unknown) => error as OrchError,
    )

  it('passes the input and collects answers by plugin name, whoever was first', async () => {
    const slow = 'export default async ({input}) => { await new Promise((r) => setTimeout(r, 30)); return [{title: input.role}] }'
    const bus = await busOf('beforeBriefing', {'b-plugin': 'export default async () => [{title: "b"}]', 'a-plugin': slow})
    const answers = await bus.emit('beforeBriefing', {project: 'p', agent: 'a', role: 'tester', kind: 'k', plan: {} as never})
    expect(answers).to.deep.equal([
      {plugin: 'a-plugin', value: [{title: 'tester'}]},
      {plugin: 'b-plugin', value: [{title: 'b'}]},
    ])
  })

  it('names plugin and event when a handler throws, though the error carries no exit code', async () => {
    const bus = await busOf('beforeMerge', {'veto-plugin': 'export default async () => { throw new Error("not on a Friday") }'})
    const failure = await failureOf(bus.emit('beforeMerge', MERGE))
    expect(failure).to.include({code: 'ORCH_HOOK_FAILED'})
    expect(failure.message).to.include('veto-plugin').and.include('beforeMerge').and.include('not on a Friday')
  })

  it('fails when the hook file is not there', async () => {
    const bus = await busOf('beforeMerge', {'empty-plugin': null})
    expect(await failureOf(bus.emit('beforeMerge', MERGE))).to.include({code: 'ORCH_HOOK_FAILED'})
  })

  it('fails when the hook file imports what is not installed', async () => {
    const bus = await busOf('beforeMerge', {'half-plugin': 'import "is-not-installed"\nexport default async () => {}'})
    const failure = await failureOf(bus.emit('beforeMerge', MERGE))
    expect(failure).to.include({code: 'ORCH_HOOK_FAILED'})
    expect(failure.message).to.include('is-not-installed')
  })

  it('cuts short a handler that waits inside a timing event', async () => {
    const bus = await busOf('awaitPort', {[REQUIRED_PLUGIN]: 'export default () => new Promise(() => {})'})
    const failure = await failureOf(bus.emit('awaitPort', AWAIT_PORT))
    expect(failure).to.include({code: 'ORCH_HOOK_FAILED'})
    expect(failure.message).to.include('no answer within 2000 ms')
  })

  it('only warns when a notified handler fails', async () => {
    const bus = await busOf('afterMerge', {'loud-plugin': 'export default async () => { throw new Error("no mail today") }'})
    await bus.emit('afterMerge', MERGE)
    expect(warnings.map(({message}) => message).join())
      .to.include('loud-plugin')
      .and.include('no mail today')
  })

  it('names both plugins that set one key', async () => {
    const sets = (value: string) => `export default async () => ({env: {LANG: "${value}"}})`
    const bus = await busOf('beforeAgentSpawn', {'one-plugin': sets('C'), 'two-plugin': sets('de')})
    const failure = await failureOf(bus.emit('beforeAgentSpawn', SPAWN))
    expect(failure).to.include({code: 'ORCH_HOOK_CLASH'})
    expect(failure.message).to.include('one-plugin').and.include('two-plugin').and.include('env.LANG')
  })
})
