#!/usr/bin/env node
// Fetches the Claude Code binaries the real tests run with, from npm, into a cache outside the repository, and prints their paths.
//
//   node scripts/fetch-claude.mjs [VERSION…]     default: the versions this checkout was verified with; `latest` works too
//
// Cache: $ORCH_TEST_CLAUDE_DIR, else ~/.cache/orch-test/claude. A version takes about 400 MB; one that is there is not fetched again.
import {spawnSync} from 'node:child_process'
import {existsSync, mkdirSync, readFileSync, renameSync, rmSync} from 'node:fs'
import {homedir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

const CACHE = process.env.ORCH_TEST_CLAUDE_DIR ?? join(homedir(), '.cache', 'orch-test', 'claude')
const VERIFIED = fileURLToPath(new URL('../plugins/claude/data/verified-versions.json', import.meta.url))

const asked = process.argv.slice(2)
for (const version of asked.length > 0 ? asked : JSON.parse(readFileSync(VERIFIED, 'utf8'))) console.log(fetchVersion(resolve(version)))

// The wrapper package `@anthropic-ai/claude-code` asks for Node 22 since 2.1.198; the platform package it wraps is the native binary and runs without Node.
function platformPackage() {
  const musl = process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime
  return `@anthropic-ai/claude-code-${process.platform}-${process.arch}${musl ? '-musl' : ''}`
}

function resolve(version) {
  if (/^\d+\.\d+\.\d+$/.test(version)) return version
  return npm(['view', `${platformPackage()}@${version}`, 'version']).trim()
}

function fetchVersion(version) {
  const folder = join(CACHE, version)
  const binary = join(folder, 'node_modules', platformPackage(), process.platform === 'win32' ? 'claude.exe' : 'claude')
  if (existsSync(binary)) return binary
  // Installed beside and renamed: a folder under its final name is whole.
  const unfinished = `${folder}.${process.pid}`
  mkdirSync(unfinished, {recursive: true})
  try {
    const quiet = ['--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts']
    npm(['install', '--prefix', unfinished, ...quiet, `${platformPackage()}@${version}`])
    rmSync(folder, {recursive: true, force: true})
    renameSync(unfinished, folder)
  } finally {
    rmSync(unfinished, {recursive: true, force: true})
  }
  if (!existsSync(binary)) throw new Error(`${platformPackage()}@${version} holds no binary at ${binary}`)
  return binary
}

function npm(args) {
  const {status, stdout, stderr, error} = spawnSync('npm', args, {encoding: 'utf8'})
  if (error) throw error
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed:\n${stderr}`)
  return stdout
}
