import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {expect} from 'chai'
import {copyBuilt} from '../support/built-copy.js'
import {ROOT, Sandbox} from '../support/sandbox.js'

const FIXTURES = join(ROOT, 'test', 'fixtures', 'broken-plugins')
/** Milliseconds without a supervisor: a start takes about one second, and the plugins below would hold it up for ten. */
const GAP_MS = 6_000

interface Status {
  readonly needsYou: readonly {readonly what: string}[]
  readonly projects: readonly {readonly state: string}[]
}

describe('changed plugins beside a team that works', function () {
  this.timeout(180_000)
  let sandbox: Sandbox
  let finish: () => void
  let run: Promise<{data: {state: string}; error: unknown}>
  let old: number | null

  beforeEach(async () => {
    sandbox = new Sandbox()
    const gate = sandbox.path('gate')
    finish = () => writeFileSync(gate, '')
    const repository = sandbox.repository()
    const spec = sandbox.write('repo/spec.md', '# A thing\n\n- [ ] Do it\n')
    const wait = sandbox.write('wait.sh', `until [ -e "${gate}" ]; do sleep 0.1; done\n`)
    const args = ['--project', repository, '--name', 'team', '--agent', 'rehearsal', '--roles', 'developer', '--accept', `sh ${wait}`]
    run = sandbox.json<{state: string}>(['run', spec, ...args, '--yes', '--wait'])
    while (!(await status()).projects.some(({state}) => ['running', 'verifying'].includes(state))) await sleep(100)
    old = await sandbox.supervisorPid()
  })
  afterEach(() => sandbox.remove())

  const status = async () => (await sandbox.json<Status>(['status', '--all'])).data
  const link = (...roots: readonly string[]) => {
    const plugins = roots.map((root) => {
      const {name} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {name: string}
      return {type: 'link', name, root}
    })
    sandbox.write('data/package.json', JSON.stringify({name: 'orch', oclif: {schema: 1, plugins}}))
  }
  /** A plugin with one hook. */
  const plugin = (name: string, source: string) => {
    const oclif = {hooks: {register: './register.js'}}
    sandbox.write(`plugins/${name}/package.json`, JSON.stringify({name, version: '1.0.0', type: 'module', oclif}))
    sandbox.write(`plugins/${name}/register.js`, source)
    return sandbox.path('plugins', name)
  }
  const send = () => sandbox.orch(['send', 'team:developer', 'hello'])
  const answers = async () => (await sandbox.json<{answering?: boolean}>(['daemon', 'status'])).data.answering === true
  const completes = async () => {
    finish()
    const {data, error} = await run
    expect(data?.state, JSON.stringify(error)).to.equal('completed')
  }
  const leftOut = async () => (await status()).needsYou.map(({what}) => what).join('\n')

  it('are waited for while the supervisor works on, also where they take ten seconds', async () => {
    link(join(FIXTURES, 'import-hangs'), join(FIXTURES, 'register-hangs'))
    const sent = send()
    let over = false
    void sent.finally(() => (over = true))
    let gap = 0
    let last = Date.now()
    while (!over) {
      if (await answers()) last = Date.now()
      gap = Math.max(gap, Date.now() - last)
    }
    expect((await sent).code, (await sent).stderr).to.equal(0)
    expect(gap).to.be.lessThan(GAP_MS)
    expect(await sandbox.supervisorPid()).not.to.equal(old)
    expect(await leftOut())
      .to.include('orch-broken-import-hangs')
      .and.include('orch-broken-register-hangs')
    await completes()
  })

  it('are not taken up while orch cannot start with them, and the team is not left alone', async () => {
    link(plugin('orch-plugin-good', 'export default () => ({apiVersion: 1})'))
    const config = sandbox.write('config/.orchrc', 'acceptance: 5\n')
    const {code, stderr} = await send()
    expect(code, stderr).to.equal(0)
    expect(stderr).to.include('with the changed ones orch cannot start').and.include('acceptance').and.include('keeps the plugins it has')
    for (const command of [
      ['daemon', 'restart'],
      ['plugin', 'disable', 'orch-plugin-good'],
    ])
      expect((await sandbox.json(command)).error, command.join(' ')).to.include({code: 'ORCH_CONFIG'})
    expect(await sandbox.supervisorPid()).to.equal(old)

    rmSync(config)
    expect((await send()).stderr).to.equal('')
    expect(await sandbox.supervisorPid()).not.to.equal(old)
    await completes()
  })

  for (const [how, source] of [
    ['ends the process behind its back', 'setTimeout(() => { throw new Error("late") }, 0); await new Promise((done) => setTimeout(done, 3000)); export default () => ({apiVersion: 1})'], // prettier-ignore
    ['blocks it for ever', 'for (;;); export default 1'],
  ] as const)
    it(`are tried without one that ${how}`, async () => {
      link(plugin('orch-plugin-bad', source))
      const {code, stderr} = await send()
      expect(code, stderr).to.equal(0)
      expect(await sandbox.supervisorPid()).not.to.equal(old)
      expect(await leftOut()).to.include('the plugin orch-plugin-bad is left out')
      const enabled = await sandbox.json<{enabled: boolean}>(['plugin', 'enable', 'orch-plugin-bad'])
      expect(enabled.data, JSON.stringify(enabled.error)).to.include({enabled: false})
      expect(await sandbox.supervisorPid()).to.be.a('number')
      await completes()
    })

  it('may print what they like', async () => {
    const print = 'console.log("at import")\nsetInterval(() => console.log("later"), 50)\n'
    link(plugin('orch-plugin-loud', `${print}export default () => (console.log("in register"), {apiVersion: 1})`))
    const {code, stderr} = await send()
    expect(code, stderr).to.equal(0)
    const next = await sandbox.supervisorPid()
    expect(next).not.to.equal(old)
    expect(await leftOut()).to.equal('')
    await sleep(500)
    expect(await sandbox.supervisorPid()).to.equal(next)
    await completes()
  })

  it('do not stop the commands where a command of theirs is never imported, and can be removed', async () => {
    const root = plugin('orch-plugin-slow', 'export default () => ({apiVersion: 1})')
    sandbox.write('plugins/orch-plugin-slow/commands/slow.js', 'await new Promise(() => {})\nexport default 1\n')
    const oclif = {commands: './commands', hooks: {register: './register.js'}}
    sandbox.write(
      'plugins/orch-plugin-slow/package.json',
      JSON.stringify({name: 'orch-plugin-slow', version: '1.0.0', type: 'module', oclif}),
    )
    link(root)
    const {code, stderr} = await send()
    expect(code, stderr).to.equal(0)
    await sandbox.orch(['daemon', 'restart'])
    expect(await leftOut())
      .to.include('orch-plugin-slow is left out')
      .and.include('within 5 s')
    expect((await sandbox.json<{why: string}>(['plugin', 'check', root])).data.why).to.include('was not imported within 5 s')
    expect((await sandbox.orch(['plugins', 'unlink', 'orch-plugin-slow'])).code).to.equal(0)
    expect(await leftOut()).to.equal('')
    await completes()
  })

  it('leave the supervisor at work where the required plugin is lost', async () => {
    const root = sandbox.path('orch')
    copyBuilt(root)
    const bin = join(root, 'bin', 'run.js')
    // The copy is another place, and the same version with the same plugins.
    rmSync(join(root, 'plugins', 'claude-oauth'), {recursive: true})
    expect((await sandbox.orch(['doctor'], {bin})).code).to.equal(1)
    expect((await sandbox.json(['daemon', 'restart'], {bin})).error).to.include({code: 'ORCH_REQUIRED_PLUGIN'})
    expect(await sandbox.supervisorPid()).to.equal(old)
    await completes()
  })

  it('do not stand in the way of a start where none runs', async () => {
    await completes()
    await sandbox.orch(['daemon', 'stop'])
    mkdirSync(sandbox.path('config'), {recursive: true})
    link(plugin('orch-plugin-loud', 'console.log("at import")\nexport default () => (console.log("in register"), {apiVersion: 1})'))
    expect((await sandbox.json(['daemon', 'start'])).code).to.equal(0)
  })
})
