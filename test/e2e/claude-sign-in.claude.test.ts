import {chmodSync, existsSync, readFileSync} from 'node:fs'
import {expect} from 'chai'
import {gateBinaries, requireClaude} from '../support/claude-binary.js'
import {CLAUDE_KEY, claudeEnvironment} from '../support/claude-sandbox.js'
import {ModelServer} from '../support/model-server/index.js'
import {OauthMcpServer} from '../support/oauth-mcp-server.js'
import {TalkTeam} from '../support/talk-team.js'

interface LeaseEvent {
  readonly type: string
  readonly data: {readonly port: number; readonly run: string; readonly to: 'taken' | 'released'}
}

const ROLES = ['orchestrator', 'talker', 'walker']

for (const binary of gateBinaries()) {
  describe(`MCP sign-ins of Claude Code ${binary.version}`, function () {
    this.timeout(240_000)
    let team: TalkTeam
    let model: ModelServer
    let server: OauthMcpServer
    let urls: string

    before(function () {
      requireClaude(this, binary)
    })

    beforeEach(async () => {
      model = await ModelServer.start()
      server = await OauthMcpServer.start()
      team = new TalkTeam(['talker', 'walker'], null, {
        ...(await claudeEnvironment(binary, model)),
        ANTHROPIC_API_KEY: CLAUDE_KEY,
        ORCH_CONFIG_CLAUDE__START_GAP_SECONDS: '0',
      })
      // The browser only says what it was asked to open; the test goes there when it is time.
      urls = team.sandbox.path('urls')
      chmodSync(team.sandbox.write('browser.sh', `#!/bin/sh\nprintf '%s\\n' "$1" >> '${urls}'\n`), 0o755)
      team.sandbox.env['ORCH_CONFIG_CLAUDE__ENV'] = JSON.stringify({BROWSER: team.sandbox.path('browser.sh')})
      team.sandbox.write(
        'home/.claude.json',
        JSON.stringify({
          mcpServers: {guarded: {type: 'http', url: server.url}},
          customApiKeyResponses: {approved: [CLAUDE_KEY.slice(-20)], rejected: []},
        }),
      )
    })

    afterEach(async function () {
      if (this.currentTest?.isFailed()) {
        console.error((await team.sandbox.orch(['events'])).stdout)
        for (const role of ROLES.filter((each) => team.id && team.agent(each)?.pane)) console.error(team.screen(role))
      }
      await team.sandbox.remove()
      await model.stop()
      await server.stop()
    })

    const opened = (): URL[] =>
      existsSync(urls)
        ? readFileSync(urls, 'utf8')
            .trim()
            .split('\n')
            .map((line) => new URL(line))
        : []
    const shows = (role: string, what: RegExp) => team.until(() => what.test(team.screen(role)), `${what} of ${role}`)
    /** As a person does it: `/mcp`, the first server, Authenticate. */
    const beginSignIn = async (role: string) => {
      team.type(role, '/mcp')
      await shows(role, /❯\s\/mcp/)
      team.press(role, 'Enter')
      await shows(role, /❯\s\S*\s?guarded/)
      team.press(role, 'Enter')
      await shows(role, /❯\s(?:1\. )?Authenticate/)
      team.press(role, 'Enter')
    }
    const state = (role: string) => team.agent(role).state

    it('of a whole team at once: each on a port of its own; a start waits for the one on its port, and goes on', async () => {
      await team.start()
      await team.until(() => ROLES.every((role) => state(role) === 'idle'), 'the team at rest', 60_000)
      for (const role of ROLES) {
        const [told] = team.agent(role).mcp!
        expect(told).to.deep.include({server: 'guarded', verdict: 'needs-sign-in'})
        expect(told!.why).to.include('claude mcp login guarded')
      }
      for (const role of ROLES) await beginSignIn(role)
      await team.until(() => opened().length === ROLES.length, 'three sign-ins', 60_000)
      const ports = opened().map((url) => Number(new URL(url.searchParams.get('redirect_uri')!).port))
      expect(new Set(ports).size, ports.join(' ')).to.equal(ROLES.length)
      const oauthPort = Number(team.sandbox.env['CLAUDE_OAUTH_PORT'])
      const holder = ports.indexOf(oauthPort)
      expect(holder, 'the agent that started first has the number for itself').to.not.equal(-1)

      // A text for an agent in the middle of a sign-in waits.
      const waits = await team.sandbox.json<{id: string}>(['send', `${team.id}:talker`, 'are you there?'])
      await team.until(async () => (await team.messages()).find(({id}) => id === waits.data.id)!.blockedBy !== null, 'the reason')

      // A crash in the middle: the start waits for the sign-in that has its port, and names its holder.
      const crashed = ROLES.find((_, index) => index !== holder && ROLES[index] !== 'talker')!
      process.kill(team.agent(crashed).run!.process!.pid, 'SIGKILL')
      await team.until(
        () => team.agent(crashed).waitingFor?.holder?.pid === team.agent(ROLES[holder]!).run!.process!.pid,
        'the holder',
        30_000,
      )
      for (const url of opened()) await fetch(url).catch(() => undefined)
      const signedIn = ROLES.filter((role) => role !== crashed)
      for (const role of signedIn) await shows(role, /Authentication successful|Signed in and connected/)
      await team.until(() => state(crashed) === 'idle', 'the start after the sign-in', 60_000)
      await team.until(
        async () => (await team.messages()).find(({id}) => id === waits.data.id)!.state === 'acknowledged',
        'the text',
        30_000,
      )

      // The one that crashed finds the sign-in of the others; all three have the tools.
      await team.until(
        () => server.calls.filter((method) => method === 'tools/list').length >= ROLES.length,
        'the tools of all three',
        60_000,
      )
      const leases = (await team.sandbox.orch(['events', team.id, '--json'])).stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as LeaseEvent)
        .filter(({type}) => type === 'oauth.lease')
        .map(({data}) => data)
      expect(leases.map(({to}) => to)).to.deep.equal(leases.map((_, index) => (index % 2 === 0 ? 'taken' : 'released')))
      expect(leases).to.have.length(2 * (ROLES.length + 1))
    })

    it('that nobody has made keep an agent from starting that cannot do without: the server is named, and what to do', async () => {
      team.sandbox.env['ORCH_CONFIG_OAUTH__MCP'] = JSON.stringify({servers: {guarded: {policy: 'required'}}})
      const failed: unknown = await team.start().catch((error: unknown) => error)
      expect(String(failed)).to.match(/requires the MCP server guarded, which asks for a sign-in .*claude mcp login guarded/)
      expect(model.requests).to.deep.equal([])
    })
  })
}
