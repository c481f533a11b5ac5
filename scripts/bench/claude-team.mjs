import {createServer} from 'node:net'
import {join} from 'node:path'
import {between} from './measure.mjs'
import {claudeBinaries} from '../../test/support/claude-binary.ts'
import {ModelServer, text} from '../../test/support/model-server/index.ts'
import {ROOT} from '../../test/support/sandbox.ts'

const AGENTS = 6
/**
 * Seconds the original took for one agent with nothing in its way, from its own sleeps: pre-initialisation 7, two looks at a free port of 0.7 each, new window 2, start 5,
 * briefing sent in about 3 and settled in 10, reminder sent in about 3 and settled in 5. Initial commands come on top and are left out here.
 */
const ORIGINAL_SECONDS = 7 + 0.7 + 0.7 + 2 + 5 + 3 + 10 + 3 + 5
/** As long as a real key: Claude Code remembers the answer for a key by its last 20 characters. */
const KEY = 'sk-ant-api03-made-up-for-tests-0123456789abcdefghij'
const FIXTURE = join(ROOT, 'plugins/claude-oauth/test/fixtures/mcp-server.mjs')

/** Six real Claude Code agents with two stdio MCP servers each, on one OAuth port, against a model on loopback: started, ready and at their briefing. */
export async function claudeTeam(place) {
  const budget = (AGENTS * ORIGINAL_SECONDS) / 4
  const rows = []
  for (const {version, path, remedy} of claudeBinaries()) {
    const name = `six agents of Claude Code ${version}, two MCP servers each`
    rows.push(
      path === null
        ? {name, value: `not measured: ${remedy}`, budget: '', held: null}
        : await measure(name, place, path, version, budget * 1000),
    )
  }
  return rows
}

async function measure(name, place, binary, version, budgetMs) {
  const model = await ModelServer.start()
  model.add({answer: text('I look around.')})
  Object.assign(place.env, {
    ANTHROPIC_BASE_URL: model.url,
    ANTHROPIC_API_KEY: KEY,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_MAX_RETRIES: '1',
    CLAUDE_OAUTH_PORT: String(await freePort()),
    ORCH_CONFIG_CLAUDE__BINARY: binary,
    // Tools of servers stand in the request itself: so it is seen that they are there.
    ORCH_CONFIG_CLAUDE__ENV: JSON.stringify({ENABLE_TOOL_SEARCH: 'false'}),
  })
  const servers = Object.fromEntries(['one', 'two'].map((each) => [each, {command: process.execPath, args: [FIXTURE, 'answers']}]))
  const answered = {approved: [KEY.slice(-20)], rejected: []}
  place.write('home/.claude.json', JSON.stringify({customApiKeyResponses: answered, mcpServers: servers}))
  try {
    const {id, events} = await place.claudeTeam(`claude-${version}`, AGENTS)
    /** Role → whether its first turn had the tools of its servers: Claude Code connects to them in the background. */
    const briefed = new Map()
    await model.waitFor((request) => {
      const [role] = /agents\/(developer-\d+)\/briefing\.md/.exec(request.conversation)?.slice(1) ?? []
      if (role) briefed.set(role, request.tools.includes('mcp__two__look'))
      return briefed.size === AGENTS
    }, 120_000)
    const took = Date.now() - events.find(({type, data}) => type === 'project.state' && data.to === 'starting').at
    const ready = between(
      events,
      ({type, data}) => type === 'project.state' && data.to === 'starting',
      ({type, data}) => type === 'agent.state' && data.to === 'ready',
    )
    const unready = events.filter(({type, data}) => type === 'mcp.init' && data.verdicts.some(({verdict}) => verdict !== 'answers'))
    if (unready.length > 0) throw new Error(`servers did not answer: ${JSON.stringify(unready[0].data)}`)
    place.print('stop', id)
    return {
      name,
      value: `ready ${(ready / 1000).toFixed(1)} s, briefed ${(took / 1000).toFixed(1)} s (${[...briefed.values()].filter(Boolean).length} with tools at once)`,
      budget: `< ${(budgetMs / 1000).toFixed(1)} s`,
      held: took < budgetMs,
    }
  } finally {
    await model.stop()
  }
}

/** A port nobody listens on at this moment. */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const {port} = server.address()
      server.close(() => resolve(port))
    })
  })
}
