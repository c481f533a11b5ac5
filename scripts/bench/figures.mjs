import {spawnSync} from 'node:child_process'
import {existsSync, readFileSync, readdirSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {between, cpuShare, median, race, residentMegabytes, wallOf} from './measure.mjs'
import {claudeTeam} from './claude-team.mjs'
import {measurePortGate} from './port-gate.mjs'
import {ROOT} from '../../test/support/sandbox.ts'

const started = ({type, data}) => type === 'project.state' && data.to === 'starting'
const running = ({type, data}) => type === 'project.state' && data.to === 'running'
const seconds = (ms) => `${(ms / 1000).toFixed(3)} s`

/**
 * The figures of design § 13: each takes a place and gives rows of name, what was measured, and the budget.
 * A row's `held` says whether the budget was kept; null when there is none, or nothing was measured.
 */
export const FIGURES = [version, send, receipt, oneAgent, tenAgents, hundredAgents, portGate, claudeTeam, tmux, tmuxp, size]

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
  const times = Array.from({length: 5}, (_, index) => {
    const {id, events} = place.team(`one-${index}`, 1)
    place.print('stop', id)
    return between(events, started, running)
  })
  return [below('one agent ready, median of 5', median(times), 500)]
}

function tenAgents(place) {
  const times = Array.from({length: 3}, (_, index) => {
    const {id, events} = place.team(`ten-${index}`, 10)
    place.print('stop', id)
    return between(events, started, running)
  })
  return [below('ten agents with worktrees ready, median of 3', median(times), 3_000)]
}

/** Node processes are what a rehearsal agent costs; so many are started as asked for with ORCH_BENCH_AGENTS. */
async function hundredAgents(place) {
  const count = Number(process.env.ORCH_BENCH_AGENTS ?? 100)
  const {id, events} = place.team('many', count)
  const pid = place.supervisorPid()
  // What a start leaves behind is cleared away in two looks at the heap, 15 s apart: it is no idle team's, and has a row of its own.
  const settling = await cpuShare(pid, 30)
  await sleep(10_000)
  const idle = await cpuShare(pid, 30)
  const memory = residentMegabytes(pid)
  const status = race({node: place.node(), orch: place.argv('status'), named: place.argv('status', id, '--json')}, 7)
  place.print('stop', id)
  return [
    {name: `${count} agents ready`, value: seconds(between(events, started, running)), budget: '', held: null},
    below(`orch status, ${count} agents, median of 7`, status.orch, 250),
    below(`orch status PROJECT --json, ${count} agents, median of 7`, status.named, 250),
    {name: `supervisor idle, ${count} agents, 30 s from 40 s on`, value: `${idle.toFixed(2)} % of a core`, budget: '< 1 %', held: idle < 1},
    {name: '  in the first 30 s after the start', value: `${settling.toFixed(2)} % of a core`, budget: '', held: null},
    {name: '  its memory', value: `${memory.toFixed(0)} MB`, budget: '< 120 MB', held: memory < 120},
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

function below(name, ms, limitMs) {
  return {name, value: seconds(ms), budget: `< ${limitMs / 1000} s`, held: ms < limitMs}
}

function missing(name, why) {
  return {name, value: `not measured: ${why}`, budget: '', held: null}
}
