// The end of the gate: a time table, what failed, what was skipped, and the closing line. Exit code 1 when anything failed.
//   node .ci/summary.mjs STEPS RESULTS whole|'cut short'     STEPS: name, seconds and exit code of each step, by tabs · RESULTS: folder of what reporter.mjs wrote
import {readFileSync, readdirSync} from 'node:fs'
import {join} from 'node:path'

/** The step whose checks mocha counts. */
const TESTS = 'tests'
const SLOWEST = 12

const [stepsFile, resultsFolder, end] = process.argv.slice(2)
const steps = readFileSync(stepsFile, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => line.split('\t'))
  .map(([name, seconds, came]) => ({name, seconds: Number(seconds), came, ok: came === '0'}))
const mocha = together(readdirSync(resultsFolder).map((name) => JSON.parse(readFileSync(join(resultsFolder, name), 'utf8'))))

const failed = [
  ...steps.filter(({name, ok}) => !ok && name !== TESTS).map(({name, came}) => `${name}: ${/^\d+$/.test(came) ? `exit ${came}` : came}`),
  ...(mocha?.failed ?? []).map(({title, message}) => `${title}: ${message}`),
]
const tests = steps.find(({name}) => name === TESTS)
if (tests && !mocha) failed.push(`${TESTS}: ended before it could report (${/^\d+$/.test(tests.came) ? `exit ${tests.came}` : tests.came})`)
if (tests && mocha && !tests.ok && mocha.failed.length === 0) failed.push(`${TESTS}: exit ${tests.came} though no test failed`)
if (mocha?.passes === 0) failed.push(`${TESTS}: no test ran`)
if (end !== 'whole') failed.push(`the gate itself was cut short after ${steps.length} steps`)
const skipped = mocha?.skipped ?? []
const passed = steps.filter(({name, ok}) => ok && name !== TESTS).length + (mocha?.passes ?? 0)

console.log('\n── time')
for (const {name, seconds, ok} of steps) console.log(row(seconds, `${name}${ok ? '' : '  (failed)'}`))
console.log(row(sum(steps.map(({seconds}) => seconds)), 'in all'))
const slowest = Object.entries(mocha?.files ?? {}).sort(([, a], [, b]) => b - a)
if (slowest.length > 0) console.log(`\n── slowest of ${slowest.length} test files`)
for (const [file, ms] of slowest.slice(0, SLOWEST)) console.log(row(Math.round(ms / 1000), file))
list('failed', failed)
list('skipped', skipped)
console.log(`\n${passed} passed, ${failed.length} failed, ${skipped.length} skipped`)
process.exitCode = failed.length > 0 ? 1 : 0

/** The results of all test processes; a file that ran in several of them took their time together. */
function together(results) {
  if (results.length === 0) return null
  const files = {}
  for (const [file, ms] of results.flatMap((result) => Object.entries(result.files))) files[file] = (files[file] ?? 0) + ms
  return {
    passes: sum(results.map(({passes}) => passes)),
    failed: results.flatMap(({failed}) => failed),
    skipped: results.flatMap(({skipped}) => skipped),
    files,
  }
}

function row(seconds, what) {
  return `${String(Math.floor(seconds / 60)).padStart(4)}:${String(seconds % 60).padStart(2, '0')}  ${what}`
}

function list(title, lines) {
  if (lines.length === 0) return
  console.log(`\n── ${title}`)
  for (const line of lines) console.log(`  ${line}`)
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0)
}
