import {setTimeout as sleep} from 'node:timers/promises'
import {expect} from 'chai'
import type {LoggedEvent} from '../../src/domain/event.js'
import type {Status} from '../../src/services/status/status.js'
import {gateBinaries, requireClaude} from '../support/claude-binary.js'
import {approveClaudeKey, CLAUDE_KEY, claudeEnvironment} from '../support/claude-sandbox.js'
import {ModelServer, text, tool} from '../support/model-server/index.js'
import {Sandbox} from '../support/sandbox.js'

/** What only a first request says: the briefing of its role. */
const BRIEFING = {developer: 'agents/developer/briefing.md', orchestrator: 'agents/orchestrator/briefing.md'}
/** Tools of worktrees, offered or to be looked up. */
const ENTER = 'EnterWorktree'

for (const binary of gateBinaries()) {
  describe(`what Claude Code ${binary.version} orchestrates itself, in a team`, function () {
    this.timeout(240_000)
    let sandbox: Sandbox
    let model: ModelServer
    let id: string

    before(function () {
      requireClaude(this, binary)
    })

    beforeEach(async () => {
      model = await ModelServer.start()
      model.add({match: BRIEFING.orchestrator, withTool: 'Bash', answer: text('I coordinate.')})
    })

    afterEach(async function () {
      if (this.currentTest?.isFailed()) {
        console.error((await sandbox.orch(['events', id])).stdout)
        console.error((await sandbox.orch(['agent', 'capture', id, 'developer'])).stdout)
      }
      await sandbox.remove()
      await model.stop()
    })

    /** A team of a developer and an orchestrator that has begun. */
    async function start(env: Record<string, string> = {}): Promise<void> {
      sandbox = new Sandbox({...(await claudeEnvironment(binary, model)), ANTHROPIC_API_KEY: CLAUDE_KEY, ...env})
      approveClaudeKey(sandbox)
      const spec = sandbox.write('spec.md', '# Greeting\n\n- [ ] Write hello.txt with a greeting\n')
      const {data, error, stderr} = await sandbox.json<{id: string}>([
        ...['run', spec, '--project', sandbox.repository(), '--agent', 'claude', '--planner', 'outline', '--roles', 'developer'],
        ...['--accept', 'test -f hello.txt', '--trust-project', '--yes', '--detach'],
      ])
      if (!data) throw new Error(`${JSON.stringify(error)} ${stderr}`)
      id = data.id
    }
    const status = async () => (await sandbox.json<Status>(['status', id])).data
    const developer = async () => (await status()).projects[0]!.agents.find(({role}) => role === 'developer')!
    const needs = async () => (await status()).needsYou.map(({what}) => what).join('\n')
    const events = async () =>
      (await sandbox.orch(['events', id, '--json'])).stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as LoggedEvent)
    async function until(holds: () => Promise<boolean>, what: string, timeoutMs = 90_000): Promise<void> {
      const deadline = performance.now() + timeoutMs
      while (!(await holds())) {
        if (performance.now() > deadline) throw new Error(`${what} did not come within ${timeoutMs} ms`)
        await sleep(500)
      }
    }

    it('is switched on for a role alone; an agent that leaves its worktree is under "Needs you" until it is back', async () => {
      model.add({match: 'COME-BACK', withTool: 'ExitWorktree', times: 1, answer: tool('ExitWorktree', {action: 'keep'})})
      // Newer versions have the tool looked up before it is used.
      model.add({withTool: ENTER, times: 1, answer: tool(ENTER, {name: 'side'})})
      const lookUp = tool('ToolSearch', {query: `select:${ENTER},ExitWorktree`, max_results: 2})
      model.add({match: BRIEFING.developer, withTool: 'ToolSearch', times: 1, answer: lookUp})
      await start({ORCH_CONFIG_CLAUDE__ROLES__DEVELOPER__NATIVE__WORKTREES: 'true'})
      await until(async () => {
        const told = await needs()
        return told.includes('outside of its worktree') && told.includes('.claude/worktrees/side')
      }, 'the need')
      const requestsWith = (match: string) => model.requests.filter(({conversation}) => conversation.includes(match))
      expect(requestsWith(BRIEFING.developer).some(({tools}) => tools.includes(ENTER))).to.equal(true)
      await model.waitFor(({conversation}) => conversation.includes(BRIEFING.orchestrator), 60_000)
      expect(requestsWith(BRIEFING.orchestrator).some(({tools}) => tools.includes(ENTER))).to.equal(false)

      const {code} = await sandbox.orch(['send', 'developer', 'COME-BACK', '--project', id, '--wait', '--timeout', '60s'])
      expect(code, 'its receipt comes from where its transcript is now').to.equal(0)
      await until(async () => !(await needs()).includes('outside of its worktree'), 'the end of the need')
    })

    it('is told of a prompt that carries no id of orch, and a claim waits for what runs behind its turn', async () => {
      const background = tool('Bash', {command: 'sleep 20', description: 'a server', run_in_background: true})
      const work = 'echo Hello > hello.txt && git add hello.txt && git commit -q -m "Add the greeting" && orch done --message "It stands"'
      model.add({match: 'CLAIM-MARK', withTool: 'Bash', times: 1, answer: tool('Bash', {command: work, description: 'Claim'})})
      model.add({match: BRIEFING.developer, withTool: 'Bash', times: 1, answer: background})
      await start()
      await until(async () => (await developer()).beside.includes('shell: a server'), 'the background command')

      const {pane} = await developer()
      sandbox.tmux('send-keys', '-t', pane!, '-l', '--', 'nobody of orch wrote this')
      await sleep(300)
      sandbox.tmux('send-keys', '-t', pane!, 'Enter')
      const prompts = async () => (await events()).filter(({type}) => type === 'prompt')
      await until(async () => (await prompts()).length > 0, 'the prompt')
      expect((await prompts()).map(({data}) => data)).to.deep.equal([{from: 'elsewhere', text: 'nobody of orch wrote this'}])

      await sandbox.orch(['send', 'developer', 'CLAIM-MARK', '--project', id])
      await until(async () => (await status()).projects[0]!.state === 'completed', 'the end of the project', 120_000)
      const verdicts = (await events()).filter(({type}) => type === 'verdict').map(({data}) => data)
      expect(verdicts.map(({verdict}) => verdict)).to.deep.equal(['held', 'holds'])
      expect(verdicts[0]!['reason']).to.include('shell: a server')
    })
  })
}
