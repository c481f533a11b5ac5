import {cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {Config} from '@oclif/core'
import {MemoryLogger} from '@orch/plugin-kit/testing'
import {expect} from 'chai'
import {readLoaded} from '../../src/adapters/loaded-files.js'
import {recordQuick} from '../../src/quick/record.js'
import {copyBuilt, editJson} from '../support/built-copy.js'
import {ROOT, Sandbox} from '../support/sandbox.js'

const NAME = '@orch/plugin-claude-oauth'
const {version: VERSION} = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {version: string}

interface Place {
  /** The copied installation. */
  readonly root: string
  /** The required plugin in it. */
  readonly plugin: string
  /** Where oclif keeps the plugins a person installs. */
  readonly data: string
  readonly sandbox: Sandbox
}

interface Case {
  readonly how: string
  readonly damage: (place: Place) => void
  readonly why: RegExp
  /** Default: install orch again. */
  readonly remedy?: RegExp
}

const CASES: readonly Case[] = [
  {
    how: 'is not listed in oclif.plugins',
    damage: ({root}) => editJson(join(root, 'package.json'), ({oclif}) => (oclif.plugins = oclif.plugins.filter((name) => name !== NAME))),
    why: /is missing/,
  },
  {
    how: 'is no dependency',
    damage: ({root}) => editJson(join(root, 'package.json'), ({dependencies}) => delete dependencies[NAME]),
    why: /is missing/,
  },
  {how: 'has no folder', damage: ({plugin}) => rmSync(plugin, {recursive: true}), why: /is missing/},
  {how: 'has no package.json', damage: ({plugin}) => rmSync(join(plugin, 'package.json')), why: /is missing/},
  {
    how: 'has a package.json that is not JSON',
    damage: ({plugin}) => writeFileSync(join(plugin, 'package.json'), '{"name": '),
    why: /is missing/,
  },
  {
    how: 'throws when a hook is imported',
    damage: ({plugin}) => writeFileSync(join(plugin, 'dist/hooks/await-port.js'), "throw new Error('torn file')\n"),
    why: /is broken: awaitPort cannot be imported \(torn file\)/,
  },
  {
    how: 'has a hook with a syntax error',
    damage: ({plugin}) => writeFileSync(join(plugin, 'dist/hooks/mcp-init.js'), 'export default {{{\n'),
    why: /is broken: mcpInit cannot be imported/,
  },
  {
    how: 'lacks the file of a hook',
    damage: ({plugin}) => rmSync(join(plugin, 'dist/hooks/after-window-kill.js')),
    why: /is broken: afterWindowKill cannot be imported/,
  },
  {
    how: 'exports no handler',
    damage: ({plugin}) => writeFileSync(join(plugin, 'dist/hooks/register.js'), 'export default {}\n'),
    why: /is broken: .*register\.js exports no handler/,
  },
  ...['register', 'awaitPort', 'afterWindowKill', 'mcpInit'].map((event) => ({
    how: `does not declare the hook ${event}`,
    damage: ({plugin}: Place) => editJson(join(plugin, 'package.json'), ({oclif}) => delete oclif.hooks[event]),
    why: new RegExp(`does not declare the hook ${event}`),
  })),
  {
    how: 'declares a hook as an empty list',
    damage: ({plugin}) => editJson(join(plugin, 'package.json'), ({oclif}) => (oclif.hooks['awaitPort'] = [])),
    why: /does not declare the hook awaitPort/,
  },
  {
    how: 'is of another version',
    damage: ({plugin}) => editJson(join(plugin, 'package.json'), (json) => (json['version'] = '0.0.1')),
    why: /is of version 0\.0\.1, and this orch of \d/,
  },
  {
    how: 'lies outside the installation',
    damage: ({root, plugin, sandbox}) => {
      renameSync(plugin, sandbox.path('elsewhere'))
      rmSync(join(root, 'node_modules', NAME))
      symlinkSync(sandbox.path('elsewhere'), join(root, 'node_modules', NAME))
    },
    why: /comes from elsewhere: .*elsewhere/,
  },
  {
    how: 'is replaced by a linked plugin of the same name',
    damage: ({plugin, data, sandbox}) => {
      const root = sandbox.path('linked')
      cpSync(plugin, root, {recursive: true})
      addPlugin(data, {name: NAME, type: 'link', root})
    },
    why: /is replaced by a link plugin at .*linked/,
    remedy: /orch plugins uninstall @orch\/plugin-claude-oauth/,
  },
  {
    how: 'is replaced by a user plugin of the same name',
    damage: ({plugin, data}) => {
      cpSync(plugin, join(data, 'node_modules', NAME), {recursive: true})
      addPlugin(data, {name: NAME, type: 'user', tag: 'latest'})
    },
    why: /is replaced by a user plugin at /,
    remedy: /orch plugins uninstall @orch\/plugin-claude-oauth/,
  },
]

/** Commands that need no plugin to start, and would start agents all the same. */
const REFUSED = [['status'], ['daemon', 'run'], ['run', 'spec.md', '--yes'], ['send', 'developer', '--', '--help'], ['hooks']]

describe('orch without the plugin that owns the timing contract', function () {
  this.timeout(60_000)
  let sandbox: Sandbox
  let place: Place
  let bin: string

  beforeEach(() => {
    sandbox = new Sandbox()
    const root = sandbox.path('orch')
    copyBuilt(root)
    place = {root, plugin: join(root, 'plugins/claude-oauth'), data: sandbox.path('data'), sandbox}
    bin = join(root, 'bin/run.js')
  })

  afterEach(() => sandbox.remove())

  it('runs when nothing is wrong with the copy', async () => {
    const {code, stdout, stderr} = await sandbox.orch(['config', 'path'], {bin})
    expect(code, stdout + stderr).to.equal(0)
  })

  for (const {how, damage, why, remedy} of CASES) {
    it(`refuses when it ${how}, and a supervisor's word of before does not help`, async () => {
      const {root, version, plugins} = await Config.load({root: place.root})
      mkdirSync(place.data)
      await recordQuick({root, version, plugins, dataDir: place.data}, new MemoryLogger())
      expect(readLoaded(place.data, place.root)).to.include({version: VERSION})
      damage(place)
      expect(readLoaded(place.data, place.root)).to.equal(null)
      const {code, error} = await sandbox.json(['status'], {bin})
      expect(code, JSON.stringify(error)).to.equal(78)
      expect(error).to.include({code: 'ORCH_REQUIRED_PLUGIN', exit: 78})
      expect(error.message).to.contain(NAME).and.to.match(why)
      expect(error.remedy).to.match(remedy ?? /npm install -g orch@\d+\.\d+\.\d+/)
    })
  }

  it('refuses every command that could act, in words as well', async () => {
    rmSync(place.plugin, {recursive: true})
    for (const args of REFUSED) {
      const {code, stdout, stderr} = await sandbox.orch(args, {bin})
      expect(code, `${args.join(' ')}: ${stdout}${stderr}`).to.equal(78)
      expect(stderr).to.contain('ORCH_REQUIRED_PLUGIN').and.to.contain(NAME).and.to.contain('npm install -g')
      // oclif's own warning does not come before it.
      expect(stderr).to.match(/^Error: The required plugin/)
    }
  })

  it('refuses to send, though the supervisor that would take it runs', async () => {
    await sandbox.orch(['daemon', 'start'], {bin})
    const {code: before, stderr: said} = await sandbox.orch(['send', 'p_1:developer', 'hello'], {bin, env: {DEBUG: 'oclif'}})
    expect(before, 'no such project').to.equal(3)
    expect(said, 'oclif says a lot when it is asked to').not.to.contain('oclif')
    rmSync(place.plugin, {recursive: true})
    const {code, stderr} = await sandbox.orch(['send', 'p_1:developer', 'hello'], {bin})
    expect(code, stderr).to.equal(78)
  })

  for (const {how, damage} of CASES.filter(({how}) => /listed|folder|imported|linked|user plugin/.test(how))) {
    it(`still helps to find out and to repair when it ${how}`, async () => {
      damage(place)
      for (const args of [
        ['plugins'],
        ['help'],
        ['--help'],
        ['run', '--help'],
        ['send', 'developer', '-h'],
        ['version'],
        ['--version'],
        [],
      ]) {
        const {code, stdout, stderr} = await sandbox.orch(args, {bin})
        expect(code, `orch ${args.join(' ')}: ${stdout}${stderr}`).to.equal(0)
      }
      const {code, data} = await sandbox.json<{checks: {name: string; verdict: string; what: string; remedy?: string}[]}>(['doctor'], {bin})
      expect(code).to.equal(1)
      const check = data.checks.find(({name}) => name === 'required plugin')
      expect(check).to.include({verdict: 'failed'})
      expect(check?.what).to.contain(NAME)
      expect(check?.remedy).to.match(/npm install -g|plugins uninstall/)
    })
  }

  it('works again after the remedy for a linked plugin', async () => {
    CASES.find(({how}) => how.includes('linked'))!.damage(place)
    const removed = await sandbox.orch(['plugins', 'uninstall', NAME], {bin})
    expect(removed.code, removed.stdout + removed.stderr).to.equal(0)
    const {code, stderr} = await sandbox.orch(['config', 'path'], {bin})
    expect(code, stderr).to.equal(0)
  })
})

function addPlugin(data: string, plugin: {name: string; type: 'link' | 'user'; root?: string; tag?: string}): void {
  mkdirSync(data, {recursive: true})
  const dependencies = plugin.type === 'user' ? {[plugin.name]: '0.1.0'} : {}
  writeFileSync(join(data, 'package.json'), JSON.stringify({private: true, dependencies, oclif: {schema: 1, plugins: [plugin]}}))
}
