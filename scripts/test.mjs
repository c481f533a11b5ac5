// `npm test` runs every test file, several mocha processes side by side; `npm test -- FILE…` those files in one process.
//
//   node scripts/test.mjs [--suite=all|real|claude] [--jobs=N] [FILE…] [MOCHA OPTION…]
//
// A spec in .mocharc would be added to the files named here. $ORCH_CI_RESULTS names a folder: each process writes its results there (.ci/reporter.mjs).
import {spawn, spawnSync} from 'node:child_process'
import {existsSync, readFileSync, readdirSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {availableParallelism} from 'node:os'
import {join} from 'node:path'

/** Unit files of one process: enough to pay for its start, few enough to keep every process busy. */
const UNIT_FILES = 40
/** Real and end-to-end suites wait for terminals and clocks most of the time, so a core takes more than one of them. */
const JOBS_PER_CORE = 1.5

const SUITES = {
  all: () => true,
  real: (file) => file.endsWith('.real.test.ts'),
  claude: isClaude,
}

const words = process.argv.slice(2)
const suite = SUITES[valueOf('suite') ?? 'all']
const jobs = Number(valueOf('jobs') ?? Math.max(1, Math.floor(availableParallelism() * JOBS_PER_CORE)))
const given = words.filter((word) => !/^--(suite|jobs)=/.test(word))
if (!suite || !Number.isInteger(jobs) || jobs < 1) {
  console.error(`Usage: npm test -- [--suite=${Object.keys(SUITES).join('|')}] [--jobs=N] [FILE…]`)
  process.exit(2)
}

const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js')
const namesFiles = given.some((word) => !word.startsWith('-'))
if (namesFiles) process.exit(spawnSync(process.execPath, [mocha, ...given], {stdio: 'inherit'}).status ?? 1)
process.exitCode = await runAll(jobsOf(testFiles().filter(suite)))

function valueOf(option) {
  return words.find((word) => word.startsWith(`--${option}=`))?.slice(option.length + 3)
}

function testFiles() {
  const folders = ['test', ...readdirSync('plugins').map((name) => join('plugins', name, 'test'))]
  return folders.filter(existsSync).flatMap((folder) =>
    readdirSync(folder, {recursive: true})
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => join(folder, name))
      .sort(),
  )
}

/** Long suites first, each in a process of its own; those with Claude Code once a version. */
function jobsOf(files) {
  const versions = JSON.parse(readFileSync('plugins/claude/data/verified-versions.json', 'utf8'))
  const claude = files
    .filter(isClaude)
    .flatMap((file) => versions.map((version) => ({files: [file], env: {ORCH_TEST_CLAUDE_VERSION: version}, name: `${file}, ${version}`})))
  const slow = files.filter((file) => !isClaude(file) && isSlow(file)).map((file) => ({files: [file], env: {}, name: file}))
  const unit = files.filter((file) => !isSlow(file))
  const units = Array.from({length: Math.ceil(unit.length / UNIT_FILES)}, (_, at) => {
    const some = unit.slice(at * UNIT_FILES, (at + 1) * UNIT_FILES)
    return {files: some, env: {}, name: `${some.length} unit files, ${some[0]} to ${some.at(-1)}`}
  })
  return [...claude, ...slow, ...units]
}

function isClaude(file) {
  return file.endsWith('.claude.test.ts')
}

function isSlow(file) {
  return /\.(real|e2e|claude)\.test\.ts$/.test(file)
}

async function runAll(waiting) {
  const total = waiting.length
  const failed = []
  let done = 0
  const lane = async () => {
    for (let job = waiting.shift(); job; job = waiting.shift()) {
      const started = Date.now()
      const results = process.env.ORCH_CI_RESULTS && join(process.env.ORCH_CI_RESULTS, `${total - waiting.length}.json`)
      const {code, output} = await run([mocha, ...given, ...job.files], {
        ...process.env,
        ...job.env,
        ...(results && {ORCH_CI_RESULTS: results}),
      })
      if (results) requireResults(results, job.name, code)
      if (code !== 0) failed.push(job.name)
      done += 1
      process.stdout.write(`\n── ${done} of ${total}: ${job.name} (${Math.round((Date.now() - started) / 1000)} s)\n${output}`)
    }
  }
  await Promise.all(Array.from({length: Math.min(jobs, total)}, lane))
  console.log(failed.length === 0 ? `\nAll ${total} test processes passed.` : `\nFailed:\n${failed.map((name) => `  ${name}`).join('\n')}`)
  return failed.length === 0 ? 0 : 1
}

/** Keeps the output of a process back until its end: lines of several processes mixed would tell nothing. */
function run(args, env) {
  const child = spawn(process.execPath, args, {env, stdio: ['ignore', 'pipe', 'pipe']})
  let output = ''
  child.stdout.on('data', (chunk) => (output += String(chunk)))
  child.stderr.on('data', (chunk) => (output += String(chunk)))
  return new Promise((resolve) => child.once('close', (code, signal) => resolve({code: code ?? signal, output})))
}

/** A process that died before its report, or failed outside of a test, counts as one failed test. */
function requireResults(path, name, code) {
  const known = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {passes: 0, failed: [], skipped: [], files: {}}
  if (code === 0 ? existsSync(path) : known.failed.length > 0) return
  known.failed.push({title: name, message: `its process ended with ${code} and reported no failed test`})
  writeFileSync(path, JSON.stringify(known))
}
