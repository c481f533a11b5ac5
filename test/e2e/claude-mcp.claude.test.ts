import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {eventually} from '../contract/eventually.js'
import {claudeBinaries, requireClaude} from '../support/claude-binary.js'
import {approveClaudeKey, CLAUDE_KEY, claudeEnvironment} from '../support/claude-sandbox.js'
import {ModelServer, text} from '../support/model-server/index.js'
import {ROOT, Sandbox} from '../support/sandbox.js'

const FIXTURE = join(ROOT, 'plugins/claude-oauth/test/fixtures/mcp-server.mjs')

interface LoggedEvent {
  readonly at: number
  readonly type: string
  readonly agent: string | null
  readonly data: {
    readonly to?: string
    readonly killedAt?: number
    readonly evidence?: {readonly what: string}
    readonly verdicts?: readonly {readonly server: string; readonly verdict: string; readonly why: string; readonly output?: string}[]
  }
}

for (const binary of claudeBinaries()) {
  describe(`MCP servers of Claude Code ${binary.version}`, function () {
    this.timeout(300_000)
    let sandbox: Sandbox
    let model: ModelServer
    let log: string

    before(function () {
      requireClaude(this, binary)
    })

    beforeEach(async () => {
      model = await ModelServer.start()
      model.add({answer: text('I look around.')})
      sandbox = new Sandbox({
        ...(await claudeEnvironment(binary, model)),
        ANTHROPIC_API_KEY: CLAUDE_KEY,
        // Tools of servers stand in the request itself, not behind a search for them.
        ORCH_CONFIG_CLAUDE__ENV: JSON.stringify({ENABLE_TOOL_SEARCH: 'false'}),
      })
      approveClaudeKey(sandbox)
      log = sandbox.path('starts.jsonl')
    })

    afterEach(async function () {
      if (this.currentTest?.isFailed()) {
        console.error((await sandbox.orch(['events'])).stdout)
        console.error((await sandbox.orch(['agent', 'capture', '', 'developer'])).stdout)
      }
      await sandbox.remove()
      await model.stop()
    })

    /** A repository whose .mcp.json has a server for each mode of the fixture. */
    const repository = (...modes: string[]) => {
      const path = sandbox.repository()
      const mcpServers = Object.fromEntries(modes.map((mode) => [`fx-${mode}`, {command: process.execPath, args: [FIXTURE, mode, log]}]))
      sandbox.write('repo/.mcp.json', JSON.stringify({mcpServers}))
      sandbox.git(path, 'add', '--all')
      sandbox.git(path, 'commit', '--quiet', '--message', 'Servers')
      return path
    }
    const run = async (path: string) => {
      const spec = sandbox.write('spec.md', '# Greeting\n\n- [ ] Write hello.txt with a greeting\n')
      return sandbox.json<{id: string; state: string}>([
        ...['run', spec, '--project', path, '--agent', 'claude', '--planner', 'outline', '--roles', 'developer'],
        ...['--trust-project', '--yes'],
      ])
    }
    const events = async (id: string) => {
      const {stdout} = await sandbox.orch(['events', id, '--json'])
      return stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as LoggedEvent)
    }
    const verdicts = (of: readonly LoggedEvent[]) => of.filter(({type}) => type === 'mcp.init').map(({data}) => data.verdicts!)
    const firstTurn = () => model.waitFor(({conversation}) => conversation.includes('agents/developer/briefing.md'), 30_000)
    const starts = () => readFileSync(log, 'utf8').trim().split('\n')

    it('are asked once for the team, are each agent’s own, and are in its briefing with their tools', async () => {
      const {data} = await run(repository('answers', 'chatty'))
      expect(data?.state).to.equal('running')
      const happened = await events(data.id)
      expect(verdicts(happened)).to.have.length(2)
      for (const each of verdicts(happened)) expect(each.map(({verdict}) => verdict)).to.deep.equal(['answers', 'answers'])
      expect(happened.filter(({data: {to}}) => to === 'needs-input')).to.deep.equal([])
      const asked = await firstTurn()
      expect(asked.system + asked.conversation).to.include('fx-answers (other): look, touch')
      // One probe for the whole team, and one start for each of the two agents.
      await eventually(() => expect(starts().filter((line) => line.includes('"answers"'))).to.have.length(3), 30_000)
      expect(
        (await sandbox.json<{projects: {agents: {mcp: object[]}[]}[]}>(['status', data.id])).data.projects[0]!.agents[0]!.mcp,
      ).to.have.length(2)
    })

    it('that never answer are named within their time, and optional ones are done without', async () => {
      const {data} = await run(repository('answers', 'silent', 'dies'))
      expect(data?.state).to.equal('running')
      const happened = await events(data.id)
      const [first] = verdicts(happened)
      const of = (server: string) => first!.find((each) => each.server === server)!
      expect(of('fx-answers').verdict).to.equal('answers')
      expect(of('fx-silent')).to.include({verdict: 'failed', why: 'did not answer initialize within 60 s'})
      expect(of('fx-dies')).to.deep.include({verdict: 'failed', output: 'starting with no token\ncannot reach the database'})
      const began = happened.find(({data: {to}}) => to === 'waiting-port')!.at
      const named = happened.filter(({type}) => type === 'mcp.init').map(({at}) => Math.round((at - began) / 1000))
      console.log(`      verdicts of two agents after ${named.join(' and ')} s`)
      expect((await sandbox.orch(['status', data.id])).stdout).to.include('without MCP fx-silent, fx-dies')
    })

    it('are approved in two stages where that is asked for: dialogs read, exit and kill by the contract', async () => {
      sandbox.env['ORCH_CONFIG_OAUTH__MCP'] = JSON.stringify({
        strategy: 'two-stage',
        roles: {developer: ['fx-answers', 'fx-chatty'], orchestrator: []},
      })
      const {data} = await run(repository('answers', 'chatty', 'slow'))
      expect(data?.state).to.equal('running')
      const happened = await events(data.id)
      for (const agent of new Set(happened.filter(({type}) => type === 'mcp.init').map((event) => event.agent))) {
        const own = happened.filter((event) => event.agent === agent)
        const states = own.filter(({type}) => type === 'agent.state').map(({data: {to}}) => to)
        expect(states.slice(0, 6)).to.deep.equal(['waiting-port', 'starting', 'exited', 'waiting-port', 'starting', 'ready'])
        expect(own.filter(({type}) => type === 'oauth.exit')).to.have.length(1)
        const killedAt = own.find(({type}) => type === 'oauth.kill')!.data.killedAt!
        const restarted = own.filter(({data: {to}}) => to === 'starting')[1]!.at
        expect(restarted - killedAt).to.be.at.least(30_000)
      }
      await firstTurn()
      // Started for the work, where they were approved; nowhere else.
      const {data: status} = await sandbox.json<{projects: {agents: {id: string; role: string}[]}[]}>(['status', data.id])
      const developer = status.projects[0]!.agents.find(({role}) => role === 'developer')!.id
      const atWork = happened.filter(({agent, data: {to}}) => agent === developer && to === 'starting')[1]!.at
      const started = () => starts().map((line) => JSON.parse(line) as {cwd: string; mode: string; at: number})
      await eventually(() => {
        const own = started().filter(({cwd, at}) => cwd.endsWith('/developer') && at >= atWork)
        expect(own.map(({mode}) => mode)).to.include.members(['answers', 'chatty'])
      }, 30_000)
      expect(started().filter(({mode}) => mode === 'slow')).to.deep.equal([])
    })
  })
}
