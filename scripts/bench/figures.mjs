import {spawnSync} from 'node:child_process'
import {existsSync, readFileSync, readdirSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {floorOf} from './floor.mjs'
import {between, cpuShare, median, race, residentMegabytes, running, seconds, started, wallOf} from './measure.mjs'
import {claudeBeside} from './claude-beside.mjs'
import {claudeTeam} from './claude-team.mjs'
import {measurePortGate} from './port-gate.mjs'
import {ROOT} from '../../test/support/sandbox.ts'

/** Times the floor that a start may take, and times `node -e 0` that `orch status` may. What the rest is made of: docs/performance.md. */
const START_RATIO = 1.5
const STATUS_RATIO = 3.5
/** Of a team at rest: percent of a core, and megabytes. */
const IDLE_SHARE = 0.5
const IDLE_MEGABYTES = 100

/**
 * The figures of design § 13: each takes a place and gives rows of name, what was measured, and the budget.
 * A row's `held` says whether the budget was kept; null when there is none, or nothing was measured.
 */
export const FIGURES = [version, send, receipt, oneAgent, tenAgents, hundredAgents, portGate, claudeTeam, claudeBeside, tmux, tmuxp, size]

function version(place) {
  const times = race({node: place.node(), orch: place.argv('--version')}, 15)
  return [ratio('orch --version', times.orch, times.node, 3)]
}

function send(place) {
  place.team('send', 1)
  // The agent's own work on a message shares the cores with the next command: each round begins when it has read all there is.
  const settle = () => place.data('send', 'send:developer-1', 'Have you read it all?', '--wait')
  const times = race({node: place.node(), orch: place.argv('send', 'send:developer-1', 'a message')}, 11, settle)
  return [ratio('orch send', times.orch, times.node, 4)]
}

function receipt(place) {
  const {id} = place.team('receipt', 1)
  const receipts = Array.from({length: 20}, (_, index) => place.data('send', `${id}:developer-1`, `message ${index}`, '--wait'))
  const proven = receipts.filter(({state}) => state === 'acknowledged')
  // An agent at rest may give its receipt before its hook has told that the text arrived.
  const seen = receipts.filter(({submittedAt}) => submittedAt !== null)
  return [
    below('send → receipt, median of 20', median(proven.map(({acceptedAt, acknowledgedAt}) => acknowledgedAt - acceptedAt)), 500),
    {name: '  of these proven', value: `${proven.length} of ${receipts.length}`, budget: 'all', held: proven.length === receipts.length},
    ...(seen.length > 0
      ? [
          {
            name: `  send → submitted, median of ${seen.length}`,
            value: seconds(median(seen.map(({acceptedAt, submittedAt}) => submittedAt - acceptedAt))),
            budget: '',
            held: null,
          },
        ]
      : []),
  ]
}

function oneAgent(place) {
  return [start(place, 1, 5)]
}

function tenAgents(place) {
  return [start(place, 10, 3)]
}

/** Floor and team take turns. */
function start(place, count, rounds) {
  const [floors, times] = [[], []]
  for (let round = 0; round < rounds; round++) {
    floors.push(floorOf(place, `${count}-${round}`, count))
    const {id, events} = place.team(`${count}-${round}`, count)
    place.print('stop', id)
    times.push(between(events, started, running))
  }
  const what = count === 1 ? 'one agent ready' : `${count} agents with worktrees ready`
  return overFloor(`${what}, median of ${rounds}`, median(times), median(floors))
}

/** Node processes are what a rehearsal agent costs; so many are started as asked for with ORCH_BENCH_AGENTS. */
async function hundredAgents(place) {
  const count = Number(process.env.ORCH_BENCH_AGENTS ?? 100)
  const floorMs = floorOf(place, 'many', count)
  const {id, events} = place.team('many', count)
  const pid = place.supervisorPid()
  const settling = await cpuShare(pid, 30)
  await sleep(10_000)
  const idle = await cpuShare(pid, 30)
  const memory = residentMegabytes(pid)
  const status = race({node: place.node(), orch: place.argv('status'), named: place.argv('status', id, '--json')}, 7)
  place.print('stop', id)
  return [
    overFloor(`${count} agents ready`, between(events, started, running), floorMs),
    ratio(`orch status, ${count} agents, median of 7`, status.orch, status.node, STATUS_RATIO),
    ratio(`orch status PROJECT --json, ${count} agents, median of 7`, status.named, status.node, STATUS_RATIO),
    share(`supervisor idle, ${count} agents, 30 s from 40 s on`, idle),
    share('  in the first 30 s after the start', settling),
    {name: '  its memory', value: `${memory.toFixed(0)} MB`, budget: `≤ ${IDLE_MEGABYTES} MB`, held: memory <= IDLE_MEGABYTES},
  ]
}

async function portGate(place) {
  const {passed, confirmed} = await measurePortGate(join(place.folder, 'gate'), 10)
  return [
    below('free port gate (lease and two observations), median of 10', median(passed), 500),
    {name: '  the last observation before the spawn', value: seconds(median(confirmed)), budget: '', held: null},
  ]
}

function tmux(place) {
  const socket = join(place.folder, 'raw')
  const at = (...args) => ['tmux', ['-S', socket, '-f', '/dev/null', ...args], {env: place.env}]
  wallOf(...at('new-session', '-d', 'sleep', '600'))
  try {
    const times = Array.from({length: 20}, () => wallOf(...at('new-window', '-d', 'sleep', '600')))
    return [{name: 'tmux new-window, median of 20', value: seconds(median(times)), budget: '', held: null}]
  } finally {
    spawnSync(...at('kill-server'))
  }
}

function tmuxp(place) {
  const name = 'tmuxp load, ten windows, median of 5'
  if (spawnSync('tmuxp', ['--version']).error) return [missing(name, 'tmuxp is not installed')]
  const file = join(place.folder, 'tmuxp.json')
  const windows = Array.from({length: 10}, (_, index) => ({window_name: `w${index}`, panes: ['sleep 600']}))
  writeFileSync(file, JSON.stringify({session_name: 'bench', windows}))
  const times = Array.from({length: 5}, (_, index) => {
    const socket = join(place.folder, `tmuxp-${index}`)
    try {
      return wallOf('tmuxp', ['load', '--yes', '-d', '-S', socket, file], {env: place.env})
    } finally {
      spawnSync('tmux', ['-S', socket, 'kill-server'])
    }
  })
  return [{name, value: seconds(median(times)), budget: '', held: null}]
}

/** What the lock installs for production, and our own built files; test/e2e/packaging.e2e.test.ts weighs a real installation. */
function size() {
  const {packages} = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))
  const production = Object.entries(packages).filter(
    ([path, {dev, devOptional, link}]) =>
      path.startsWith('node_modules/') && !dev && !devOptional && !link && !/^node_modules\/(npm|yarn)(\/|$)/.test(path),
  )
  const plugins = readdirSync(join(ROOT, 'plugins')).map((name) => join('plugins', name, 'dist'))
  const own = ['bin', 'dist', 'templates', 'examples', ...plugins]
  const bytes = [...production.map(([path]) => path), ...own].reduce((sum, path) => sum + weigh(join(ROOT, path)), 0)
  const megabytes = bytes / 1e6
  return [{name: 'installed size, without npm and yarn', value: `${megabytes.toFixed(1)} MB`, budget: '< 25 MB', held: megabytes < 25}]
}

/** Bytes of the files of a package, packages nested in it left out: the lock lists them too. */
function weigh(folder) {
  if (!existsSync(folder)) return 0
  return readdirSync(folder, {withFileTypes: true})
    .filter(({name}) => name !== 'node_modules' && !name.endsWith('.tsbuildinfo'))
    .reduce((sum, entry) => sum + (entry.isDirectory() ? weigh(join(folder, entry.name)) : statSync(join(folder, entry.name)).size), 0)
}

function ratio(name, ms, nodeMs, times) {
  const factor = ms / nodeMs
  return {
    name,
    value: `${seconds(ms)} = ${factor.toFixed(2)} × node -e 0 (${seconds(nodeMs)})`,
    budget: `≤ ${times.toFixed(1)} ×`,
    held: factor <= times,
  }
}

function overFloor(name, ms, floorMs) {
  const factor = ms / floorMs
  return {
    name,
    value: `${seconds(ms)} = ${factor.toFixed(2)} × the floor (${seconds(floorMs)})`,
    budget: `≤ ${START_RATIO} ×`,
    held: factor <= START_RATIO,
  }
}

function share(name, percent) {
  return {name, value: `${percent.toFixed(2)} % of a core`, budget: `≤ ${IDLE_SHARE} %`, held: percent <= IDLE_SHARE}
}

function below(name, ms, limitMs) {
  return {name, value: seconds(ms), budget: `< ${limitMs / 1000} s`, held: ms < limitMs}
}

function missing(name, why) {
  return {name, value: `not measured: ${why}`, budget: '', held: null}
}
