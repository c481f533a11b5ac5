import {spawn} from 'node:child_process'
import {mkdirSync, readdirSync, readFileSync} from 'node:fs'
import {createServer} from 'node:net'
import {median} from './measure.mjs'
import {claudeBinaries} from '../../test/support/claude-binary.ts'
import {ModelServer, text} from '../../test/support/model-server/index.ts'

const AGENTS = 4
const ROUNDS = 3
/** Times `claude --bg` that a team may take from the call to the last first request of its agents. */
const RATIO = {'one port': 2.5, 'a pool of four ports': 1.5}
/** As long as a real key: Claude Code remembers the answer for a key by its last 20 characters. */
const KEY = 'sk-ant-api03-made-up-for-tests-0123456789abcdefghij'
const PATIENCE_MS = 180_000

/**
 * Four agents of orch beside four background sessions that Claude Code starts itself, in turns: from the call until each of the four has asked the
 * model. The sessions share one checkout; the agents get worktrees, briefings, hooks and the waits of the OAuth contract.
 */
export async function claudeBeside(place) {
  const {version, path, remedy} = claudeBinaries().at(-1)
  const name = (ports) => `four agents of Claude Code ${version}, ${ports}`
  if (path === null)
    return Object.keys(RATIO).map((ports) => ({name: name(ports), value: `not measured: ${remedy}`, budget: '', held: null}))
  const answered = {customApiKeyResponses: {approved: [KEY.slice(-20)], rejected: []}}
  place.write('home/.claude.json', JSON.stringify(answered))
  const trusted = {[place.origin]: {hasTrustDialogAccepted: true}}
  place.write('bg-home/.claude.json', JSON.stringify({...answered, hasCompletedOnboarding: true, projects: trusted}))
  const took = {background: [], 'one port': [], 'a pool of four ports': []}
  for (let round = 0; round < ROUNDS; round += 1) {
    took.background.push(await background(place, path))
    took['one port'].push(await team(place, path, `one-${round}`, 1))
    took['a pool of four ports'].push(await team(place, path, `pool-${round}`, AGENTS))
  }
  const floor = median(took.background)
  return Object.entries(RATIO).map(([ports, limit]) => {
    const own = median(took[ports])
    return {
      name: name(ports),
      value: `${(own / 1000).toFixed(1)} s, claude --bg ${(floor / 1000).toFixed(1)} s: ${(own / floor).toFixed(1)} ×`,
      budget: `≤ ${limit} ×`,
      held: own <= limit * floor,
    }
  })
}

/** Milliseconds from the call of `claude --bg` until each of its sessions has asked the model. */
async function background(place, binary) {
  const model = await ModelServer.start([{answer: text('Hello.')}])
  const home = place.path('bg-home')
  mkdirSync(home, {recursive: true})
  const env = {...modelEnvironment(model), HOME: home, PATH: process.env.PATH, LANG: 'C.UTF-8', TERM: 'xterm-256color'}
  const began = Date.now()
  const asked = all(model, /SESSION-\d/)
  try {
    await Promise.all(
      Array.from({length: AGENTS}, (_, index) =>
        ended(spawn(binary, ['--bg', `SESSION-${index}: say hello`], {cwd: place.origin, env, stdio: 'ignore'})),
      ),
    )
    return (await asked) - began
  } finally {
    endAllOf(home)
    await model.stop()
  }
}

/** Milliseconds from the call of `orch run` until each agent of its team has asked the model. */
async function team(place, binary, name, ports) {
  const model = await ModelServer.start([{answer: text('I look around.')}])
  const pool = await freePorts(ports)
  Object.assign(place.env, modelEnvironment(model), {
    ORCH_CONFIG_CLAUDE__BINARY: binary,
    ORCH_CONFIG_OAUTH__PORTS: JSON.stringify(pool),
  })
  const asked = all(model, /agents\/developer-\d\/briefing\.md/)
  try {
    const {id, calledAt} = await place.claudeTeam(name, AGENTS)
    const took = (await asked) - calledAt
    place.print('stop', id, '--yes')
    return took
  } finally {
    await model.stop()
  }
}

function modelEnvironment(model) {
  return {
    ANTHROPIC_BASE_URL: model.url,
    ANTHROPIC_API_KEY: KEY,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_MAX_RETRIES: '1',
  }
}

/** When as many different texts as there are agents had been in a request, milliseconds UTC. */
async function all(model, mark) {
  const seen = new Set()
  await model.waitFor(({conversation}) => {
    const [found] = mark.exec(conversation) ?? []
    if (found) seen.add(found)
    return seen.size === AGENTS
  }, PATIENCE_MS)
  return Date.now()
}

function ended(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`claude --bg: exit ${code}`))))
  })
}

/** Claude Code's own supervisor and sessions outlive the call: they are known by their home. */
function endAllOf(home) {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`HOME=${home}`)) process.kill(Number(pid), 'SIGKILL')
    } catch {
      // It has ended, or is another user's.
    }
  }
}

/** Ports nobody listens on at this moment. */
async function freePorts(count) {
  const servers = await Promise.all(
    Array.from(
      {length: count},
      () =>
        new Promise((resolve, reject) => {
          const server = createServer().once('error', reject)
          server.listen(0, '127.0.0.1', () => resolve(server))
        }),
    ),
  )
  const ports = servers.map((server) => server.address().port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
