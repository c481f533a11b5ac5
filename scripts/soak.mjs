#!/usr/bin/env node
// `npm run soak`: the suites in full and again and again, where the gate runs a tenth once. It stops at nothing and says at the end what fell.
//
//   npm run soak -- [--rounds N] [WORD…]     N times each (default 1); only the suites whose name holds one of these words
import {spawnSync} from 'node:child_process'
import {createRequire} from 'node:module'
import {parseArgs} from 'node:util'

/** What is run: `times` in one round, with the long form of the suite asked for in `env`. */
const SUITES = [
  {
    name: 'messages, 10,000',
    files: ['test/e2e/messages.real.test.ts'],
    times: 1,
    env: {ORCH_SOAK_MESSAGES: '10000', ORCH_SOAK_SUPERVISOR_KILLS: '30', ORCH_SOAK_PACE_MS: '110'},
  },
  {
    name: 'messages to Claude Code, 200',
    files: ['test/e2e/claude-messages.claude.test.ts'],
    times: 1,
    env: {ORCH_SOAK_CLAUDE_MESSAGES: '200'},
  },
  {
    name: 'context and sign-ins of Claude Code, every version',
    files: ['test/e2e/claude-context.claude.test.ts', 'test/e2e/claude-sign-in.claude.test.ts'],
    times: 1,
    env: {ORCH_SOAK_CLAUDE_VERSIONS: 'all'},
  },
  {name: 'crash, 50 kills', files: ['test/e2e/crash.real.test.ts'], times: 4, env: {ORCH_SOAK_KILLS: '50'}},
  {name: 'chaos, ten minutes', files: ['test/e2e/chaos/chaos.real.test.ts'], times: 1, env: {ORCH_SOAK_CHAOS_SECONDS: '600'}},
  {name: 'faults, all cells', files: ['test/e2e/faults/matrix.real.test.ts'], times: 1, env: {ORCH_SOAK_FAULTS: '1'}},
  {name: 'specifications', files: ['test/e2e/specs.real.test.ts'], times: 3},
  {name: 'tmux', files: ['plugins/tmux/test/**/*.real.test.ts', 'test/contract/terminal.test.ts'], times: 10},
  {name: 'git', files: ['plugins/git-worktrees/test/**/*.real.test.ts'], times: 5},
  {name: 'rehearsal', files: ['plugins/rehearsal/test/**/*.real.test.ts'], times: 5},
  {name: 'ledger', files: ['plugins/claude-oauth/test/ledger/*.test.ts', 'test/adapters/instance-lock.test.ts'], times: 20},
  {name: 'timing, in real time', files: ['test/timing/stress.real.test.ts'], times: 1, env: {ORCH_SOAK_TIMING: '1'}},
  {
    name: 'timing, 5000 stories',
    files: ['test/timing/contract.property.test.ts'],
    times: 1,
    env: {ORCH_SOAK_STORIES: '5000', ORCH_SOAK_MUTANT_STORIES: '2000'},
  },
  {name: 'state', files: ['test/adapters/*.test.ts'], times: 10},
  {
    name: 'properties',
    files: ['test/{domain,rpc,services,view}/*.test.ts'],
    times: 1,
    args: ['--require=./scripts/soak-properties.mjs', '--timeout=600000'],
  },
]

const {values, positionals} = parseArgs({options: {rounds: {type: 'string', default: '1'}}, allowPositionals: true})
const rounds = Number(values.rounds)
const chosen = SUITES.filter(({name}) => positionals.length === 0 || positionals.some((word) => name.includes(word)))
if (!Number.isInteger(rounds) || rounds < 1 || chosen.length === 0) {
  console.error(`Usage: npm run soak -- [--rounds N] [${SUITES.map(({name}) => name.split(',')[0]).join('|')}]…`)
  process.exit(2)
}

const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js')
const done = []
let stopped = false
process.once('SIGINT', () => (stopped = true))

for (let round = 1; round <= rounds; round += 1) {
  for (const suite of chosen) {
    for (let time = 1; time <= suite.times && !stopped; time += 1) done.push(run(suite, round, time))
  }
}

console.log('\n── soak')
for (const {name} of chosen) {
  const runs = done.filter((run) => run.name === name)
  const failed = runs.filter(({ok}) => !ok)
  const seconds = Math.round(runs.reduce((sum, {ms}) => sum + ms, 0) / 1000)
  const which = failed.length > 0 ? `, failed: ${failed.map(({round, time}) => `round ${round} run ${time}`).join(', ')}` : ''
  console.log(`${name.padEnd(20)} ${runs.length - failed.length} of ${runs.length} runs passed in ${seconds} s${which}`)
}
process.exitCode = stopped ? 130 : done.every(({ok}) => ok) ? 0 : 1

function run({name, files, times, env = {}, args = []}, round, time) {
  console.log(`\n── ${name}: round ${round} of ${rounds}, run ${time} of ${times}`)
  const started = performance.now()
  const {status, signal} = spawnSync(process.execPath, [mocha, ...args, ...files], {stdio: 'inherit', env: {...process.env, ...env}})
  if (signal === 'SIGINT') stopped = true
  return {name, round, time, ok: status === 0, ms: performance.now() - started}
}
