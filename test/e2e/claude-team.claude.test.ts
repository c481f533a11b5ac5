import {expect} from 'chai'
import {claudeBinaries, requireClaude} from '../support/claude-binary.js'
import {approveClaudeKey, CLAUDE_KEY, claudeEnvironment} from '../support/claude-sandbox.js'
import {ModelServer, text, tool} from '../support/model-server/index.js'
import {npmProject} from '../support/npm-project.js'
import {Sandbox} from '../support/sandbox.js'

interface Outcome {
  readonly id: string
  readonly state: string
  readonly verified: boolean
  readonly baseline: {readonly outcome: string; readonly failed: string | null} | null
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
        ...(await claudeEnvironment(binary, model)),
        ANTHROPIC_API_KEY: CLAUDE_KEY,
      })
      approveClaudeKey(sandbox)
    })

    afterEach(async function () {
      if (this.currentTest?.isFailed()) {
        console.error((await sandbox.orch(['events'])).stdout)
        console.error((await sandbox.orch(['agent', 'capture', '', 'developer'])).stdout)
      }
      await sandbox.remove()
      await model.stop()
    })

    it('gets ready without a dialog, works with its tools on an npm project as the README configures it, and ends in a verified merge', async () => {
      const repository = sandbox.repository()
      for (const [name, content] of Object.entries(npmProject("if (!readFileSync('hello.txt', 'utf8').includes('Hello')) process.exit(1)")))
        sandbox.write(`repo/${name}`, content)
      sandbox.git(repository, 'add', '--all')
      sandbox.git(repository, 'commit', '--quiet', '--message', 'An npm project')
      sandbox.write('repo/.env', 'KEY=1\n')
      const spec = sandbox.write('spec.md', '# Greeting\n\n- [ ] Write hello.txt with a greeting\n')
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
      expect(data.baseline).to.deep.include({outcome: 'failed', failed: '`npm test` ended with 1'})
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
