import {spawnSync} from 'node:child_process'
import {builtinModules} from 'node:module'
import {existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {delimiter, dirname, join} from 'node:path'
import {expect} from 'chai'
import {editJson} from '../support/built-copy.js'
import {copyCheckout} from '../support/checkout-copy.js'
import {npm, requirePackage} from '../support/fetched-package.js'
import {ROOT, Sandbox, type Ran} from '../support/sandbox.js'

const ROOT_PACKAGE = readJson(join(ROOT, 'package.json')) as {
  version: string
  bundleDependencies: string[]
  dependencies: Record<string, string>
}
const {version: VERSION, bundleDependencies: BUNDLED} = ROOT_PACKAGE
const DEPENDENCIES = Object.keys(ROOT_PACKAGE.dependencies)
const PLUGINS = BUNDLED.filter((name) => name !== '@orch/plugin-kit')
/** npm's own copy, and yarn's, are plugin-plugins' way to install: nothing of ours to save. */
const NOT_OURS = ['npm', 'yarn']
const BUDGET_BYTES = 25_000_000
const NPMS = [9, 10, 11]
const NODES = [20, 22, 24, 26]
/** What a package of ours may hold: no sources, no tests, no notes of the compiler. */
const SHIPPED =
  /^(package\.json|oclif\.manifest\.json|LICENSE|README\.md|CHANGELOG\.md|(bin|data)\/[^/]+|dist\/(?!.*\.test\.).*(\.js|\.d\.ts|\.LICENSES\.txt)|(templates|examples)\/.*)$/
/** `import … from 'x'`, `export … from 'x'`, `import 'x'` and `import('x')`, also as a minifier writes them. */
const IMPORTS = /(?:\b(?:import|export)\b[\w\s{},*$]*\bfrom\s*|\bimport\s*\(?\s*)["']([^"'\s]+)["']/g

interface Doctor {
  readonly checks: readonly {readonly name: string; readonly verdict: string; readonly what: string}[]
  readonly plugins: readonly {readonly name: string; readonly version: string; readonly type: string; readonly manifest: boolean}[]
}

/** A sandbox whose `orch` is an installed one, run by a given Node. */
class Installed extends Sandbox {
  readonly #bin: string
  readonly #node: string

  constructor(prefix: string, node: string) {
    const examples = join(prefix, 'lib/node_modules/orch/examples/quickstart')
    super({
      PATH: [dirname(node), process.env['PATH']].join(delimiter),
      ORCH_CONFIG_REHEARSAL__SCRIPTS: join(examples, 'scripts'),
      ORCH_CONFIG_REHEARSAL__SPEED: '0',
    })
    this.#bin = join(prefix, 'bin/orch')
    this.#node = node
  }

  /** Like a shell does it: the link in the prefix's bin. */
  override orch(args: readonly string[]): Promise<Ran> {
    const {status, stdout, stderr} = spawnSync(this.#node, [this.#bin, ...args], {
      cwd: this.folder,
      env: this.env,
      encoding: 'utf8',
      timeout: 180_000,
    })
    return Promise.resolve({code: status, stdout, stderr})
  }
}

describe('the packed command line', function () {
  this.timeout(300_000)
  let folder: string
  let copy: string
  let tarball: string

  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'orch-pack-')))
    copy = join(folder, 'checkout')
    copyCheckout(copy)
    git(copy, 'init', '--quiet')
    git(copy, 'add', '--all')
    git(copy, '-c', 'user.name=Test', '-c', 'user.email=test@localhost', 'commit', '--quiet', '--message', 'As it is')
    tarball = pack(copy, join(folder, 'packed'))
  })

  after(() => rmSync(folder, {recursive: true, force: true, maxRetries: 5, retryDelay: 200}))

  it('holds every plugin whole, with its manifest, and nothing of the workshop', () => {
    const files = list(tarball)
    expect(files).to.include.members([
      'package.json',
      'oclif.manifest.json',
      'bin/run.js',
      'bin/hook.sh',
      'bin/alive.sh',
      'bin/restart.js',
      'dist/main.js',
      'LICENSE',
    ])
    expect(files).to.include.members(['templates/teams/base.yaml', 'templates/briefings/developer.md', 'examples/quickstart/spec.md'])
    for (const name of BUNDLED)
      expect(files).to.include.members([`node_modules/${name}/package.json`, `node_modules/${name}/dist/index.js`])
    for (const name of PLUGINS) {
      expect(files).to.include(`node_modules/${name}/oclif.manifest.json`)
      expect(files).to.include(`node_modules/${name}/dist/hooks/register.js`)
    }
    const ours = files.filter((file) => !file.startsWith('node_modules/') || file.startsWith('node_modules/@orch/'))
    const strange = ours.filter((file) => !SHIPPED.test(file.replace(/^node_modules\/@orch\/[^/]+\//, '')))
    expect(strange).to.deep.equal([])
  })

  it('imports nothing that its dependencies do not answer: what is bundled at build has left no import, and its notices are there', () => {
    const unpacked = join(folder, 'unpacked')
    mkdirSync(unpacked)
    expect(spawnSync('tar', ['-xzf', tarball, '-C', unpacked]).status).to.equal(0)
    const imported = [join(unpacked, 'package'), ...BUNDLED.map((name) => join(unpacked, 'package/node_modules', name))].flatMap(unanswered)
    expect(imported).to.deep.equal([])
    const notices = readFileSync(join(unpacked, 'package/node_modules/@orch/plugin-claude-oauth/dist/mcp/sdk.LICENSES.txt'), 'utf8')
    expect(notices)
      .to.match(/^@modelcontextprotocol\/sdk \S+ \(MIT\)$/m)
      .and.to.match(/^zod \S+ \(MIT\)$/m)
    // One file, because it is started for every agent.
    const player = readFileSync(join(unpacked, 'package/node_modules/@orch/plugin-rehearsal/dist/player/main.js'), 'utf8')
    expect(player.match(/(?:from|import\() ?"(?!node:)[^"]*"/g)).to.equal(null)
  })

  it('leaves the checkout as it was', () => {
    const left = git(copy, 'status', '--porcelain', '--ignored', '--untracked-files=all')
      .split('\n')
      .filter((line) => line !== '' && !/^!! "?(plugins\/[^/]+\/)?(dist|node_modules)\//.test(line))
    expect(left).to.deep.equal([])
  })

  for (const major of ['at hand', ...NPMS]) {
    it(`installs with npm ${major}`, async function () {
      const cli = typeof major === 'number' ? join(requirePackage(this, `npm@${major}`), 'bin/npm-cli.js') : undefined
      const prefix = install(this, tarball, join(folder, `npm-${major}`), cli)
      expect(emptyFolders(join(prefix, 'lib/node_modules'))).to.deep.equal([])
      await within(prefix, process.execPath, async (sandbox) => {
        const {data} = await sandbox.json<Doctor>(['doctor'])
        const ours = data.plugins.filter(({name}) => name.startsWith('@orch/'))
        expect(ours.map(({name}) => name)).to.have.members(PLUGINS)
        for (const plugin of ours) expect(plugin).to.include({type: 'core', manifest: true, version: VERSION})
        expect(data.plugins.find(({name}) => name === 'orch')).to.include({version: VERSION, manifest: true})
        const verdicts = Object.fromEntries(data.checks.map(({name, verdict}) => [name, verdict]))
        expect(verdicts).to.include({'required plugin': 'ok', supervisor: 'ok'})
      })
    })
  }

  it('fits its budget, without a native module', function () {
    const root = join(installedWith(this, 'npm-at hand'), 'lib/node_modules/orch')
    const weights = weigh(root)
    const total = [...weights.values()].reduce((sum, bytes) => sum + bytes, 0)
    const [heaviest, rest] = [[...weights].sort(([, a], [, b]) => b - a).slice(0, 12), NOT_OURS.join(' and ')]
    console.log(`      installed, without ${rest}: ${megabytes(total)} of ${megabytes(BUDGET_BYTES)}`)
    console.log(`      heaviest: ${heaviest.map(([name, bytes]) => `${name} ${megabytes(bytes)}`).join(', ')}`)
    expect(total, heaviest.join('; ')).to.be.below(BUDGET_BYTES)
    expect(files(root).filter((file) => file.endsWith('.node'))).to.deep.equal([])
  })

  for (const major of NODES) {
    it(`runs on Node ${major}: version, help, plugins, and a rehearsal to a verified merge`, async function () {
      const node = nodeBinary(this, major)
      const prefix = installedWith(this, 'npm-at hand')
      await within(prefix, node, async (sandbox) => {
        const version = await sandbox.orch(['--version'])
        expect(version.stdout).to.match(new RegExp(`^orch/${VERSION.replaceAll('.', '\\.')} \\S+ node-v${major}\\.`))
        const help = await sandbox.orch(['--help'])
        expect(help.stdout)
          .to.contain('COMMANDS')
          .and.to.match(/^ {2}run /m)
        const plugins = await sandbox.orch(['plugins', '--core'])
        for (const name of PLUGINS)
          expect(plugins.stdout).to.match(new RegExp(`^${name} +${VERSION.replaceAll('.', '\\.')} +comes with orch$`, 'm'))
        for (const {code, stderr} of [version, help, plugins]) expect([code, stderr]).to.deep.equal([0, ''])
        await rehearse(sandbox, join(prefix, 'lib/node_modules/orch/examples/quickstart'))
      })
    })
  }

  it('would be noticed: a bundled plugin with a peer dependency installs broken', function () {
    installedWith(this, 'npm-at hand')
    editJson(join(copy, 'plugins/tmux/package.json'), (json) => (json['peerDependencies'] = {'@oclif/core': '^4.14.0'}))
    const prefix = install(this, pack(copy, join(folder, 'broken')), join(folder, 'npm-broken'))
    const empty = emptyFolders(join(prefix, 'lib/node_modules'))
    console.log(`      ${empty.length} empty folders, for instance ${empty.slice(0, 3).join(', ')}`)
    expect(empty.some((path) => path.endsWith('@oclif/core'))).to.equal(true)
    const {status, stderr} = spawnSync(process.execPath, [join(prefix, 'bin/orch'), 'help'], {encoding: 'utf8'})
    expect(status).not.to.equal(0)
    expect(stderr).to.contain('@oclif/core')
  })

  /** An installation that an earlier test made. */
  function installedWith(context: Mocha.Context, name: string): string {
    const prefix = join(folder, name)
    return existsSync(prefix) ? prefix : install(context, tarball, prefix)
  }
})

async function rehearse(sandbox: Installed, example: string): Promise<void> {
  const repository = sandbox.repository('repo', join(example, 'repository'))
  const team = ['--roles', 'project-manager,developer,tester']
  const flags = ['--project', repository, '--agent', 'rehearsal', ...team, '--accept', 'node test/acceptance.js', '--yes', '--wait']
  const {code, data, error, stderr} = await sandbox.json<{state: string; verified: boolean; integrationBranch: string}>([
    'run',
    join(example, 'spec.md'),
    ...flags,
  ])
  expect(code, JSON.stringify(error ?? data) + stderr).to.equal(0)
  expect(data).to.include({state: 'completed', verified: true})
  expect(sandbox.git(repository, 'show', `${data.integrationBranch}:src/slugify.js`)).to.contain('export function slugify')
}

async function within(prefix: string, node: string, use: (sandbox: Installed) => Promise<void>): Promise<void> {
  const sandbox = new Installed(prefix, node)
  try {
    await use(sandbox)
  } finally {
    await sandbox.remove()
  }
}

/** @returns the tarball */
function pack(checkout: string, destination: string): string {
  mkdirSync(destination)
  const {status, output} = npm(['pack', '--pack-destination', destination], {cwd: checkout})
  expect(status, output).to.equal(0)
  const [name] = readdirSync(destination)
  return join(destination, name!)
}

/** Installs globally into a prefix of its own. Without a network it skips the test, but not with CI=true. @returns the prefix */
function install(context: Mocha.Context, tarball: string, prefix: string, cli?: string): string {
  mkdirSync(prefix, {recursive: true})
  const args = ['install', '--global', '--prefix', prefix, '--no-audit', '--no-fund', tarball]
  const {status, output} = npm(args, {cwd: prefix, ...(cli === undefined ? {} : {cli})})
  if (status !== 0) rmSync(prefix, {recursive: true, force: true})
  if (status !== 0 && process.env['CI'] !== 'true' && /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENOTCACHED/.test(output)) {
    console.log('      skipped: the npm registry cannot be reached')
    return context.skip()
  }
  expect(status, output).to.equal(0)
  return prefix
}

function nodeBinary(context: Mocha.Context, major: number): string {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath
  return join(requirePackage(context, `node-${process.platform}-${process.arch}@${major}`), 'bin/node')
}

function list(tarball: string): string[] {
  const {status, stdout, stderr} = spawnSync('tar', ['-tzf', tarball], {encoding: 'utf8', maxBuffer: 64 << 20})
  if (status !== 0) throw new Error(`tar: ${stderr}`)
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((path) => path.replace(/^package\//, ''))
}

/** Imports, of JavaScript and of types, that are neither Node's own nor a dependency of the package at `root`, or of the root it lies in. */
function unanswered(root: string): string[] {
  const {name: own, dependencies = {}} = readJson(join(root, 'package.json')) as {name: string; dependencies?: Record<string, string>}
  const known = new Set([own, ...Object.keys(dependencies), ...DEPENDENCIES])
  return files(join(root, 'dist'))
    .filter((file) => /\.(js|d\.ts)$/.test(file))
    .flatMap((file) =>
      [...readFileSync(join(root, 'dist', file), 'utf8').matchAll(IMPORTS)]
        .map(([, name]) => name!)
        .filter((name) => !/^(\.{1,2}\/|node:)/.test(name) && !builtinModules.includes(name))
        .filter((name) => !known.has(/^(@[^/]+\/)?[^/]+/.exec(name)![0]))
        .map((name) => `${own} ${file}: ${name}`),
    )
}

/** Bytes by package, npm's and yarn's own copies left out: the sum of the sizes of the files. */
function weigh(root: string): Map<string, number> {
  const weights = new Map<string, number>()
  for (const file of files(root)) {
    const [, name = 'orch'] = /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file) ?? []
    if (!NOT_OURS.includes(name)) weights.set(name, (weights.get(name) ?? 0) + lstatSync(join(root, file)).size)
  }
  return weights
}

function files(root: string): string[] {
  return readdirSync(root, {recursive: true, withFileTypes: true})
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
}

function emptyFolders(root: string): string[] {
  return readdirSync(root, {recursive: true, withFileTypes: true})
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readdirSync(path).length === 0)
    .map((path) => path.slice(root.length + 1))
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

function git(cwd: string, ...args: string[]): string {
  const {status, stdout, stderr} = spawnSync('git', args, {cwd, encoding: 'utf8', maxBuffer: 64 << 20})
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
  return stdout
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'))
}
