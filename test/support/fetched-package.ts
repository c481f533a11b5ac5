import {spawnSync} from 'node:child_process'
import {existsSync, mkdirSync, renameSync, rmSync} from 'node:fs'
import {homedir} from 'node:os'
import {join} from 'node:path'

/** What npm reads from its environment and a test may hand on; the rest is about the `npm test` we run under. */
const HANDED_ON = /^npm_config_(registry|cache|userconfig|https?_proxy|noproxy|cafile)$/i

export interface Ended {
  readonly status: number | null
  /** Both streams. */
  readonly output: string
}

/** The environment for an npm that is not the one running the tests. */
export function npmEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name) || HANDED_ON.test(name)))
}

/** Runs npm. @param cli npm-cli.js of another npm; default: the npm at hand */
export function npm(args: readonly string[], options: {cwd?: string; cli?: string} = {}): Ended {
  const [program, first] = options.cli === undefined ? ['npm', []] : [process.execPath, [options.cli]]
  const ran = spawnSync(program, [...first, ...args], {
    cwd: options.cwd,
    env: npmEnvironment(),
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    timeout: 240_000,
  })
  if (ran.error) throw ran.error
  return {status: ran.status, output: `${ran.stdout}${ran.stderr}`}
}

/**
 * Fetches a package from npm into a cache outside the repository ($ORCH_TEST_TOOLS_DIR or ~/.cache/orch-test/tools); one that is there is kept.
 * @param spec name and version range, for instance `npm@9`
 * @returns its folder, or why it cannot be had
 */
export function fetchPackage(spec: string): {folder: string} | {missing: string} {
  const name = spec.replace(/(?<!^)@[^@]*$/, '')
  const home = join(process.env['ORCH_TEST_TOOLS_DIR'] ?? join(homedir(), '.cache', 'orch-test', 'tools'), spec.replaceAll('/', '+'))
  const folder = join(home, 'node_modules', name)
  if (existsSync(folder)) return {folder}
  // Installed beside and renamed: a folder under its final name is whole.
  const unfinished = `${home}.${process.pid}`
  mkdirSync(unfinished, {recursive: true})
  try {
    const quiet = ['--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', '--engine-strict=false']
    const {status, output} = npm(['install', '--prefix', unfinished, ...quiet, spec])
    if (status !== 0) return {missing: `npm install ${spec} failed: ${output.trim().split('\n').slice(-4).join(' | ')}`}
    rmSync(home, {recursive: true, force: true})
    renameSync(unfinished, home)
  } finally {
    rmSync(unfinished, {recursive: true, force: true})
  }
  return existsSync(folder) ? {folder} : {missing: `${spec} holds no ${name}`}
}

/** As {@link fetchPackage}; what cannot be had skips the test with the reason printed, and fails it with CI=true. */
export function requirePackage(context: Mocha.Context, spec: string): string {
  const fetched = fetchPackage(spec)
  if ('folder' in fetched) return fetched.folder
  if (process.env['CI'] === 'true') throw new Error(fetched.missing)
  console.log(`      skipped: ${fetched.missing}`)
  return context.skip()
}
