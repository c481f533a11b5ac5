import {readdirSync} from 'node:fs'
import {expect} from 'chai'
import {Sandbox} from '../support/sandbox.js'

interface Status {
  readonly needsYou: readonly {readonly project: string | null; readonly what: string}[]
}

const BAD = 'orch-plugin-bad'
/** How a handler of an outside plugin may end the supervisor, or hold it up. */
const KINDS = {
  'calls process.exit': 'export default async () => process.exit(7)',
  'throws asynchronously': 'export default async () => void setTimeout(() => { throw new Error("late") }, 20)',
  'blocks the loop for 6 s': 'export default async () => { for (const end = Date.now() + 6000; Date.now() < end; ); }',
}

describe('a plugin of others that does harm', function () {
  this.timeout(180_000)
  let sandbox: Sandbox
  let spec: string

  beforeEach(() => {
    sandbox = new Sandbox()
    const repository = sandbox.repository()
    spec = sandbox.write(`${repository.slice(sandbox.folder.length + 1)}/spec.md`, '# A thing\n\n- [ ] Do it\n')
  })
  afterEach(() => sandbox.remove())

  /** As `orch plugins link` leaves it. */
  function link(handler: string): void {
    const root = sandbox.path('plugins', BAD)
    sandbox.write(`plugins/${BAD}/dist/hook.js`, handler)
    const oclif = {hooks: {projectStateChanged: './dist/hook.js'}}
    sandbox.write(`plugins/${BAD}/package.json`, JSON.stringify({name: BAD, version: '1.0.0', type: 'module', oclif}))
    sandbox.write('data/package.json', JSON.stringify({name: 'orch', oclif: {schema: 1, plugins: [{type: 'link', name: BAD, root}]}}))
  }
  const run = () => sandbox.json<{state: string}>(['run', spec, '--agent', 'rehearsal', '--roles', 'developer', '--yes', '--wait'])

  for (const [how, handler] of Object.entries(KINDS)) {
    it(`is left out when it ${how}, and the project is finished without it`, async () => {
      link(handler)
      const {data, error} = await run()
      expect(data?.state, JSON.stringify(error)).to.equal('completed')
      const {data: status} = await sandbox.json<Status>(['status'])
      expect(status.needsYou.map(({what}) => what).join())
        .to.include(BAD)
        .and.include(`orch plugin enable ${BAD}`)
      expect((await sandbox.orch(['doctor'])).stdout).to.include(`${BAD} ${how.includes('blocks') ? 'held' : 'brought'} the supervisor`)
      expect((await sandbox.orch(['plugins'])).stderr).to.include(`${BAD} is left out`)
      expect(readdirSync(sandbox.path('data', 'breadcrumbs'))).to.deep.equal([])
      expect((await sandbox.json(['plugin', 'enable', BAD])).code).to.equal(0)
      expect((await sandbox.json<Status>(['status'])).data.needsYou).to.deep.equal([])
      expect((await sandbox.json(['plugin', 'enable', 'no-such-plugin'])).error).to.include({code: 'ORCH_NOT_FOUND'})
    })
  }

  it('can be disabled and enabled, and is tried again when it is mended', async () => {
    link('throw new Error("not yet")')
    expect((await sandbox.json(['daemon', 'start'])).code).to.equal(0)
    const broken = await sandbox.json<{enabled: boolean; why: string}>(['plugin', 'enable', BAD])
    expect(broken.code).to.equal(1)
    expect(broken.data).to.include({enabled: false})
    expect(broken.data.why).to.include('not yet (dist/hook.js:1)')
    sandbox.write(`plugins/${BAD}/dist/hook.js`, 'export default async () => {}')
    expect((await sandbox.json(['plugin', 'enable', BAD])).data).to.include({enabled: true})

    expect((await sandbox.json(['plugin', 'disable', BAD])).code).to.equal(0)
    expect((await sandbox.json<Status>(['status'])).data.needsYou).to.deep.equal([])
    expect((await sandbox.orch(['doctor'])).stdout).to.include(`${BAD} was disabled with orch plugin disable`)
    expect((await sandbox.json(['plugin', 'disable', '@orch/plugin-tmux'])).error).to.include({code: 'ORCH_REFUSED'})
    expect((await sandbox.json(['plugin', 'enable', BAD])).data).to.include({enabled: true})
    expect((await sandbox.orch(['doctor'])).stdout).not.to.include(BAD)
  })

  it('is not left out for the required plugin: orch refuses to run instead', async () => {
    const crash = {plugin: '@orch/plugin-claude-oauth', event: 'awaitPort', what: 'crash', at: 1}
    sandbox.write('data/plugin-faults.json', JSON.stringify([crash, crash]))
    const {error} = await sandbox.json(['daemon', 'start'])
    expect(error).to.include({code: 'ORCH_REQUIRED_PLUGIN', exit: 78})
    expect(error.remedy).to.include('orch plugin enable @orch/plugin-claude-oauth')
    await sandbox.json(['plugin', 'enable', '@orch/plugin-claude-oauth'])
    expect((await sandbox.json(['daemon', 'start'])).code).to.equal(0)
  })
})
