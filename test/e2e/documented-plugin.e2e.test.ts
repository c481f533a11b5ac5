import {spawnSync} from 'node:child_process'
import {chmodSync, mkdirSync, readFileSync} from 'node:fs'
import {homedir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import {pasteExample} from '../support/documented-plugin.js'
import {ROOT, Sandbox} from '../support/sandbox.js'

const NAME = 'orch-plugin-greeting'

describe('the example of docs/plugins.md', function () {
  this.timeout(300_000)
  let sandbox: Sandbox
  let folder: string
  let commands: string[]

  before(() => {
    sandbox = new Sandbox()
    sandbox.write('bin/orch', `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'bin', 'run.js')}' "$@"\n`)
    chmodSync(sandbox.path('bin', 'orch'), 0o755)
    folder = sandbox.path('greeting')
    commands = pasteExample(folder)
  })
  after(() => sandbox.remove())

  /** Runs a line as a person does, in the folder of the plugin. Packages from the registry are kept from run to run. */
  function type(line: string): string {
    const cache = join(process.env['ORCH_TEST_TOOLS_DIR'] ?? join(homedir(), '.cache', 'orch-test'), 'npm')
    mkdirSync(cache, {recursive: true})
    const env = {
      ...sandbox.env,
      PATH: `${sandbox.path('bin')}:${process.env['PATH']}`,
      npm_config_cache: cache,
      npm_config_prefer_offline: 'true',
      npm_config_update_notifier: 'false',
    }
    const {status, stdout, stderr} = spawnSync('sh', ['-c', line], {cwd: folder, env, encoding: 'utf8', timeout: 240_000})
    expect(status, `${line}\n${stdout}\n${stderr}`).to.equal(0)
    return `${stdout}${stderr}`
  }
  const leftBehind = () =>
    JSON.parse(readFileSync(sandbox.path('data', 'package.json'), 'utf8')) as {dependencies?: object; oclif: {plugins: []}}

  it('is written, tested, linked, packed, installed, updated and removed as it says', () => {
    const said = new Map<string, string>()
    for (const [index, line] of commands.entries()) said.set(`${index} ${line}`, type(line))
    const find = (start: string) => [...said].filter(([line]) => line.replace(/^\d+ /, '').startsWith(start)).map(([, output]) => output)

    expect(find('npm test')[0]).to.match(/pass 2\b[^]*fail 0\b/)
    expect(find('orch plugin check')[0]).to.include(`${NAME} 1.0.0: orch can use it`).and.include('methods: greeting.say')
    expect(find('orch plugins link')[0]).to.include(`${NAME} 1.0.0 is linked`).and.include('commands: greet')
    expect(find('orch greet')).to.deep.equal(['hello\n', 'hello\n'])
    expect(find('orch doctor')[0]).to.include('greeting: says hello')
    expect(find('orch hooks')[0]).to.match(/^beforeMerge .*orch-plugin-greeting$/m)
    expect(find('orch team list')[0]).to.match(/^game +greeting/m)
    expect(find('orch plugins unlink')[0]).to.include(`${NAME} 1.0.0 is removed.\nThe supervisor has loaded the change.`)
    expect(find('orch plugins install')[0]).to.include(`${NAME} 1.0.0 is installed`)
    expect(find('orch plugins install')[1]).to.include(`${NAME} 1.1.0 is installed`).and.not.include('1.0.0 ')
    expect(find('orch plugins uninstall')[0]).to.include(`${NAME} 1.1.0 is removed.\nThe supervisor has loaded the change.`)
  })

  it('leaves nothing behind', async () => {
    expect(leftBehind().oclif.plugins).to.deep.equal([])
    expect(leftBehind().dependencies).to.deep.equal({})
    const {data} = await sandbox.json<{needsYou: object[]}>(['status'])
    expect(data.needsYou).to.deep.equal([])
    expect((await sandbox.json(['greet'])).code).to.equal(2)
  })

  it('is linked although it is broken, and that is said at once; after the uninstall it is in no list any more', async () => {
    const broken = join(ROOT, 'test', 'fixtures', 'broken-plugins', 'import-throws')
    const linked = await sandbox.orch(['plugins', 'link', '--no-install', broken])
    expect(linked.code).to.equal(1)
    expect(linked.stdout).to.include('orch leaves it out: it cannot load register: no licence (register.js:2)')
    expect((await sandbox.orch(['plugins'])).stderr).to.include('orch-broken-import-throws is left out: it cannot load register')
    expect((await sandbox.orch(['hooks'])).stdout).to.match(/LEFT OUT[^]*orch-broken-import-throws/)
    expect((await sandbox.json<{needsYou: object[]}>(['status'])).data.needsYou).to.have.length(1)
    await sandbox.orch(['plugins', 'unlink', 'orch-broken-import-throws'])
    expect((await sandbox.json<{needsYou: object[]}>(['status'])).data.needsYou).to.deep.equal([])
  })

  it('is refused with the reason where it is no plugin', async () => {
    sandbox.write('none/package.json', JSON.stringify({name: 'none', version: '1.0.0'}))
    const {code, stderr} = await sandbox.orch(['plugins', 'link', '--no-install', sandbox.path('none')])
    expect(code).to.equal(2)
    expect(stderr).to.include('has no key oclif').and.include('orch plugin check')
  })

  it('is checked without being installed, whatever is wrong with it', async () => {
    const fixture = (name: string) => join(ROOT, 'test', 'fixtures', 'broken-plugins', name)
    for (const [name, why] of [
      ['package-not-json', /has a package\.json that cannot be read: .*JSON/],
      ['hook-file-missing', /names \.\/beforeMerge\.js for beforeMerge/],
      ['command-throws', /cannot load its command boom: no such terminal \(commands\/boom\.js:1\)/],
      ['section-of-core', /takes the configuration section acceptance, which is orch's own/],
      ['name-of-built-in', /has the name of a plugin that comes with orch/],
      ['template-typo', /broken\.yaml:4: extend/],
    ] as const) {
      const {code, data} = await sandbox.json<{fits: boolean; why: string}>(['plugin', 'check', fixture(name)])
      expect(data, name).to.include({fits: false})
      expect(data.why, name).to.match(why)
      expect(code, name).to.equal(1)
    }
    const crash = sandbox.write(
      'crash/register.js',
      'setTimeout(() => process.exit(3), 0); await new Promise((done) => setTimeout(done, 2000))',
    )
    sandbox.write(
      'crash/package.json',
      JSON.stringify({name: 'c', version: '1.0.0', type: 'module', oclif: {hooks: {register: './register.js'}}}),
    )
    expect((await sandbox.json<{why: string}>(['plugin', 'check', join(crash, '..')])).data.why).to.include('ends the process')
    expect((await sandbox.json<{why: string}>(['plugin', 'check', sandbox.path('nowhere')])).data.why).to.equal('has no package.json')
    expect((await sandbox.json<{needsYou: object[]}>(['status'])).data.needsYou).to.deep.equal([])
  })
})
