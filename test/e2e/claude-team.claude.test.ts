import {createServer, type AddressInfo} from 'node:net'
import {expect} from 'chai'
import {claudeBinaries, requireClaude} from '../support/claude-binary.js'
import {ModelServer, text, tool} from '../support/model-server/index.js'
import {Sandbox} from '../support/sandbox.js'

/** As long as a real key: Claude Code remembers the answer for a key by its last 20 characters. */
const KEY = 'sk-ant-api03-made-up-for-tests-0123456789abcdefghij'

interface Outcome {
  readonly id: string
  readonly state: string
  readonly verified: boolean
  readonly integrationBranch: string
  readonly merged: readonly {readonly role: string}[]
}

for (const binary of claudeBinaries()) {
  describe(`a team of Claude Code ${binary.version}`, function () {
    this.timeout(240_000)
    let sandbox: Sandbox
    let model: ModelServer

    before(function () {
      requireClaude(this, binary)
    })

    beforeEach(async () => {
      model = await ModelServer.start()
      sandbox = new Sandbox({
        ANTHROPIC_BASE_URL: model.url,
        ANTHROPIC_API_KEY: KEY,
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        CLAUDE_CODE_MAX_RETRIES: '1',
        CLAUDE_OAUTH_PORT: String(await freePort()),
        ORCH_CONFIG_CLAUDE__BINARY: binary.path!,
      })
      // A person answers this question once for a key of theirs; orch does not.
      sandbox.write('home/.claude.json', JSON.stringify({customApiKeyResponses: {approved: [KEY.slice(-20)], rejected: []}}))
    })

    afterEach(async function () {
      if (this.currentTest?.isFailed()) {
        console.error((await sandbox.orch(['events'])).stdout)
        console.error((await sandbox.orch(['agent', 'capture', '', 'developer'])).stdout)
      }
      await sandbox.remove()
      await model.stop()
    })

    it('gets ready without a dialog, reads its briefing, works with its tools, and ends in a verified merge', async () => {
      const repository = sandbox.repository()
      const spec = sandbox.write(
        'spec.md',
        '# Greeting\n\n- [ ] Write hello.txt with a greeting\n\n## Acceptance test\n\n```sh\ngrep -q Hello hello.txt\n```\n',
      )
      const work =
        'printf "Hello\\n" > hello.txt && git add hello.txt && git commit -q -m "Add the greeting" && orch done --message "The greeting stands"'
      model.add({
        match: 'agents/developer/briefing.md',
        withTool: 'Bash',
        answer: tool('Bash', {command: work, description: 'Write, commit, claim'}),
      })
      model.add({match: 'agents/orchestrator/briefing.md', withTool: 'Bash', answer: text('I coordinate.')})
      const {code, data, error, stderr} = await sandbox.json<Outcome>([
        ...['run', spec, '--project', repository, '--agent', 'claude', '--planner', 'outline', '--roles', 'developer'],
        ...['--trust-project', '--yes', '--wait', '--timeout', '3m'],
      ])
      expect(data?.state, JSON.stringify(error ?? data) + stderr).to.equal('completed')
      expect(code).to.equal(0)
      expect(data.verified).to.equal(true)
      expect(data.merged.map(({role}) => role)).to.deep.equal(['developer'])
      expect(sandbox.git(repository, 'show', `${data.integrationBranch}:hello.txt`)).to.equal('Hello')
      const asked = await model.waitFor(({conversation}) => conversation.includes('agents/developer/briefing.md'), 1_000)
      expect(asked.system).to.include('orch done')
      const {stdout} = await sandbox.orch(['events', data.id, '--json'])
      const events = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as {type: string; data: {to?: string; evidence?: {what: string}}})
      expect(events.filter(({type, data: {to}}) => type === 'agent.state' && to === 'ready')).to.have.length(2)
      expect(events.filter(({type, data: {to}}) => type === 'agent.state' && to === 'needs-input')).to.have.length(0)
    })
  })
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const {port} = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
