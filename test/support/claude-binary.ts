import {accessSync, constants, readFileSync} from 'node:fs'
import {homedir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

/** A version of Claude Code this checkout says it was verified with. */
export interface ClaudeBinary {
  readonly version: string
  /** The native binary; null when it is not in the cache. */
  readonly path: string | null
  /** What to do about a missing one. */
  readonly remedy: string
}

const VERIFIED = fileURLToPath(new URL('../../plugins/claude/data/verified-versions.json', import.meta.url))

/**
 * Every verified version, with its binary from the cache `scripts/fetch-claude.mjs` fills ($ORCH_TEST_CLAUDE_DIR or ~/.cache/orch-test/claude).
 * ORCH_TEST_CLAUDE_VERSION asks for one version instead, verified or not: `npm test` runs a process a version.
 */
export function claudeBinaries(): ClaudeBinary[] {
  const asked = process.env['ORCH_TEST_CLAUDE_VERSION']
  return asked === undefined ? verifiedBinaries() : binariesOf([asked])
}

/** For suites that take long: the newest of them in the gate, every one with ORCH_SOAK_CLAUDE_VERSIONS=all, and one that is asked for by name. */
export function gateBinaries(): ClaudeBinary[] {
  const older = process.env['ORCH_SOAK_CLAUDE_VERSIONS'] === 'all' ? [] : verifiedBinaries().slice(0, -1)
  return claudeBinaries().filter(({version}) => !older.some((each) => each.version === version))
}

/**
 * Skips a suite whose binary is absent, with the reason printed; with CI=true it fails instead.
 * @returns the binary's path
 */
export function requireClaude(context: Mocha.Context, {version, path, remedy}: ClaudeBinary): string {
  if (path !== null) return path
  const reason = `Claude Code ${version} is not in the cache; ${remedy}`
  if (process.env['CI'] === 'true') throw new Error(reason)
  console.log(`      skipped: ${reason}`)
  return context.skip()
}

function verifiedBinaries(): ClaudeBinary[] {
  return binariesOf(JSON.parse(readFileSync(VERIFIED, 'utf8')) as string[])
}

function binariesOf(versions: readonly string[]): ClaudeBinary[] {
  const cache = process.env['ORCH_TEST_CLAUDE_DIR'] ?? join(homedir(), '.cache', 'orch-test', 'claude')
  const musl = process.platform === 'linux' && !('glibcVersionRuntime' in (process.report.getReport() as {header: object}).header)
  const platform = `@anthropic-ai/claude-code-${process.platform}-${process.arch}${musl ? '-musl' : ''}`
  return versions.map((version) => {
    const path = join(cache, version, 'node_modules', platform, 'claude')
    return {version, path: isExecutable(path) ? path : null, remedy: `run: node scripts/fetch-claude.mjs ${version}`}
  })
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
