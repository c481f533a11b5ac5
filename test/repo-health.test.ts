import {spawnSync} from 'node:child_process'
import {existsSync, readFileSync, realpathSync} from 'node:fs'
import {homedir} from 'node:os'
import {dirname, join} from 'node:path'
import {expect} from 'chai'
import ts from 'typescript'
import {ROOT} from './support/sandbox.js'

interface Package {
  readonly name: string
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly bundleDependencies?: readonly string[]
  readonly oclif?: {readonly plugins?: readonly string[]}
}

/** Libraries that one file may name: whoever exchanges one edits one file. */
const DOORS = ['execa', 'lowdb', 'ajv']
const MAX_LINES = 400
/** Lines of the file in the middle, of the longest function and of a folder of services; files in such a folder. */
const SIZE = {median: 60, func: 80, folder: 1200, files: 15}
const TEXT = /\.(ts|js|mjs|cjs|json|md|ya?ml|txt|sh)$|^\.ci\/|^\.[^/]+$/

describe('the repository', () => {
  const tracked = trackedFiles()
  const root = readJson<Package>('package.json')
  const plugins = tracked.filter((file) => /^plugins\/[^/]+\/package\.json$/.test(file)).map((file) => readJson<Package>(file))
  const packages = [root, ...plugins]
  const bundled = plugins.filter(({name}) => root.bundleDependencies?.includes(name))
  const sources = tracked.filter((file) => /^(src|plugins\/[^/]+\/src)\/.*\.ts$/.test(file))

  it('holds what the checks below look at', () => {
    expect(plugins.length).to.be.at.least(7)
    expect(sources.length).to.be.greaterThan(100)
    expect(tracked).to.include('package-lock.json')
  })

  it('gives every package one version, and the plugins as dependencies exactly that', () => {
    for (const {name, version, dependencies} of packages) {
      expect(version, name).to.equal(root.version)
      for (const [dependency, range] of Object.entries(dependencies ?? {})) {
        if (dependency.startsWith('@orch/')) expect(range, `${name} on ${dependency}`).to.equal(root.version)
      }
    }
    expect(readJson<Package>('package-lock.json').version).to.equal(root.version)
  })

  it('asks for each dependency in one range', () => {
    const ranges = new Map<string, Map<string, string[]>>()
    for (const each of packages) {
      for (const [dependency, range] of Object.entries({...each.dependencies, ...each.devDependencies, ...each.optionalDependencies})) {
        const askers = ranges.get(dependency) ?? new Map<string, string[]>()
        ranges.set(dependency, askers.set(range, [...(askers.get(range) ?? []), each.name]))
      }
    }
    const disputed = [...ranges].filter(([, askers]) => askers.size > 1)
    expect(disputed.map(([dependency, askers]) => `${dependency}: ${JSON.stringify([...askers])}`)).to.deep.equal([])
  })

  it('bundles every plugin, none with a peer dependency', () => {
    expect(bundled.map(({name}) => name)).to.have.members(plugins.map(({name}) => name))
    expect(bundled.filter(({peerDependencies}) => peerDependencies !== undefined).map(({name}) => name)).to.deep.equal([])
  })

  it('lists in oclif.plugins what it depends on, and bundles what of it is ours', () => {
    const listed = root.oclif?.plugins ?? []
    expect(Object.keys(root.dependencies ?? {})).to.include.members([...listed])
    const ours = listed.filter((name) => name.startsWith('@orch/'))
    expect(root.bundleDependencies).to.include.members(ours)
    expect(ours).to.have.members(bundled.map(({name}) => name).filter((name) => name !== '@orch/plugin-kit'))
  })

  it('locks no address to download from', () => {
    const {packages: locked} = readJson<{packages: Record<string, {resolved?: string; link?: boolean}>}>('package-lock.json')
    const addresses = Object.entries(locked).filter(([, {resolved}]) => resolved !== undefined && /^[a-z+]+:/.test(resolved))
    expect(addresses.map(([name]) => name)).to.deep.equal([])
  })

  // npm leaves out what the registry at hand does not hold, without a word, and then `npm ci` refuses the lock everywhere.
  it('locks the optional packages of every platform', () => {
    const {packages: locked} = readJson<{packages: Record<string, Package & {inBundle?: boolean}>}>('package-lock.json')
    const missing = Object.entries(locked)
      .filter(([, {inBundle}]) => !inBundle)
      .flatMap(([from, {optionalDependencies}]) => Object.keys(optionalDependencies ?? {}).map((name) => [from, name] as const))
      .filter(([from, name]) => !locked[`node_modules/${name}`] && !locked[`${from}/node_modules/${name}`])
    expect(missing.map(([from, name]) => `${name} of ${from}`)).to.deep.equal([])
  })

  it('has one @oclif/core', () => {
    const {packages: locked} = readJson<{packages: Record<string, unknown>}>('package-lock.json')
    expect(Object.keys(locked).filter((name) => name.endsWith('node_modules/@oclif/core'))).to.deep.equal(['node_modules/@oclif/core'])
    const places = packages.flatMap(({name}) =>
      ['', 'node_modules'].map((folder) => join(ROOT, 'node_modules', name, folder, '@oclif/core')),
    )
    expect(places.filter((place) => existsSync(place))).to.deep.equal([])
  })

  it('keeps no manifest, nothing built and nothing packed in git', () => {
    expect(tracked.filter((file) => /(^|\/)(oclif\.manifest\.json|dist|node_modules)(\/|$)|\.(tgz|tsbuildinfo)$/.test(file))).to.deep.equal(
      [],
    )
  })

  for (const library of DOORS) {
    it(`names ${library} in one source file`, () => {
      const named = new RegExp(`(from|import)\\s*\\(?\\s*['"]${library}(/[^'"]*)?['"]`)
      const doors = sources.filter((file) => named.test(read(file)))
      expect(doors, doors.join(', ')).to.have.lengthOf(1)
    })
  }

  it('makes folders by makeFolder, as mkdir with recursive never returns in /proc', () => {
    expect(sources.filter((file) => /\bmkdir(?:Sync)?\([^;]*\brecursive: true/.test(read(file)))).to.deep.equal([])
  })

  it(`has no source file over ${MAX_LINES} lines`, () => {
    const long = tracked
      .filter((file) => /\.(ts|mjs|js)$/.test(file))
      .map((file) => [file, linesOf(file)] as const)
      .filter(([, lines]) => lines > MAX_LINES)
    expect(long).to.deep.equal([])
  })

  it(`keeps half of the source files within ${SIZE.median} lines`, () => {
    const lengths = sources.map(linesOf).sort((a, b) => a - b)
    expect(lengths[Math.floor(lengths.length / 2)]).to.be.at.most(SIZE.median)
  })

  it(`has no function over ${SIZE.func} lines`, () => {
    expect(sources.flatMap((file) => longFunctions(file, SIZE.func))).to.deep.equal([])
  })

  it(`has no folder of services over ${SIZE.folder} lines or ${SIZE.files} files`, () => {
    const services = sources.filter((file) => file.startsWith('src/services/'))
    const folders = [...new Set(services.map((file) => dirname(file)))]
    expect(folders.length).to.be.greaterThan(20)
    const large = folders
      .map((folder) => services.filter((file) => dirname(file) === folder))
      .map((files) => ({folder: dirname(files[0]!), files: files.length, lines: files.reduce((sum, file) => sum + linesOf(file), 0)}))
      .filter(({files, lines}) => files > SIZE.files || lines > SIZE.folder)
    expect(large).to.deep.equal([])
  })

  it('speaks of no machine', () => {
    const paths = [...new Set([ROOT, realpathSync(ROOT), homedir()].map((path) => path.replace(/\/$/, '')))]
      // /root and the like stand in honest texts, too.
      .filter((path) => path.split('/').length > 2)
    const telling = tracked
      .filter((file) => TEXT.test(file) && file !== 'package-lock.json')
      .flatMap((file) => paths.filter((path) => read(file).includes(path)).map((path) => `${file}: ${path}`))
    expect(telling).to.deep.equal([])
  })
})

/** What git holds, and what the next commit might take: one must be as clean as the other. */
function trackedFiles(): string[] {
  const args = ['-C', ROOT, 'ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const {status, stdout, stderr} = spawnSync('git', args, {encoding: 'utf8'})
  if (status !== 0) throw new Error(`git ls-files: ${stderr}`)
  return [...new Set(stdout.split('\0'))].filter((file) => file !== '' && existsSync(join(ROOT, file)))
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
}

function readJson<T>(file: string): T {
  return JSON.parse(read(file)) as T
}

function linesOf(file: string): number {
  return read(file).split('\n').length - 1
}

/** Each as `file:line name (lines)`. */
function longFunctions(file: string, most: number): string[] {
  const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true)
  const long: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) {
      const [first, last] = [node.getStart(), node.end].map((at) => source.getLineAndCharacterOfPosition(at).line)
      const lines = last! - first! + 1
      if (lines > most) long.push(`${file}:${first! + 1} ${node.name?.getText() ?? ''} (${lines})`)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return long
}
