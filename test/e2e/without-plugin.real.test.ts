import {expect} from 'chai'
import {Sandbox} from '../support/sandbox.js'

const TEAM = ['--roles', 'developer', '--accept', 'git --version']

/** Plugins that come with orch and that it can do without. */
describe('without a plugin that comes with orch', function () {
  this.timeout(180_000)
  let sandbox: Sandbox
  let spec: string
  let repository: string

  beforeEach(() => {
    sandbox = new Sandbox()
    spec = sandbox.write('spec.md', '# A thing\n\n- [ ] Do it\n')
    repository = sandbox.repository()
  })
  afterEach(() => sandbox.remove())

  const orch = async <T = Record<string, unknown>>(...args: string[]) => sandbox.json<T>(args)
  const disable = async (name: string) => expect((await orch('plugin', 'disable', name)).data).to.deep.equal({plugin: name, enabled: false})
  const run = async (...args: string[]) =>
    orch<{id: string; state: string}>(
      'run',
      spec,
      '--project',
      repository,
      '--agent',
      'rehearsal',
      ...args,
      '--yes',
      '--wait',
      '--timeout',
      '120s',
    )

  it('runs a plan that was made before the planner was disabled, and says what is missing for a new one', async () => {
    const plan = sandbox.path('plan.json')
    expect((await orch('plan', spec, '--project', repository, '--agent', 'rehearsal', ...TEAM, '--out', plan)).error).to.equal(undefined)
    await disable('@orch/plugin-outline')
    expect((await run(...TEAM)).error).to.include({code: 'ORCH_NOT_FOUND'})
    const {data, error} = await run('--plan-file', plan)
    expect(data?.state, JSON.stringify(error)).to.equal('completed')
    expect((await orch('plugin', 'enable', '@orch/plugin-outline')).data).to.include({enabled: true})
    expect((await orch('plan', spec, '--project', repository, '--agent', 'rehearsal', ...TEAM)).error).to.equal(undefined)
  })

  it('runs a team of another kind without Claude Code, and knows that kind no more', async () => {
    await disable('@orch/plugin-claude')
    const {data, error} = await run(...TEAM)
    expect(data?.state, JSON.stringify(error)).to.equal('completed')
    expect((await orch('plan', spec, '--project', repository, '--agent', 'claude')).error).to.include({code: 'ORCH_NOT_FOUND'})
    expect((await orch('config', 'show')).error).to.equal(undefined)
  })

  it('refuses to disable what orch needs, and names what can be disabled', async () => {
    const {error} = await orch<never>('plugin', 'disable', '@orch/plugin-tmux')
    expect(error).to.include({code: 'ORCH_REFUSED'})
    expect(error.remedy).to.include('@orch/plugin-outline')
  })
})
