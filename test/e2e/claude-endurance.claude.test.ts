import {readdirSync, readFileSync} from 'node:fs'
import {setTimeout as sleep} from 'node:timers/promises'
import {expect} from 'chai'
import {claudeBinaries, requireClaude} from '../support/claude-binary.js'
import {approveClaudeKey, CLAUDE_KEY, claudeEnvironment} from '../support/claude-sandbox.js'
import {limited, ModelServer, text, tool, unauthorised} from '../support/model-server/index.js'
import {Sandbox} from '../support/sandbox.js'

const BRIEFING = 'agents/developer/briefing.md'
const WORK = 'printf "Hello\\n" > hello.txt && git add hello.txt && git commit -q -m "Add the greeting" && orch done --message "It stands"'
const SPEC = '# Greeting\n\n- [ ] Write hello.txt with a greeting\n\n## Acceptance test\n\n```sh\ngrep -q Hello hello.txt\n```\n'

interface AgentRow {
  readonly id: string
  readonly role: string
  readonly state: string
  readonly pid: number | null
  readonly restarts: number
  readonly waitingFor: {readonly what: string; readonly until: number | null} | null
  readonly usage: {readonly contextPercent: number; readonly costUsd: number; readonly windows: readonly {name: string}[]} | null
}
interface StatusData {
  readonly needsYou: readonly {readonly what: string}[]
  readonly projects: readonly {readonly id: string; readonly state: string; readonly agents: readonly AgentRow[]}[]
}
interface EventRow {
  readonly type: string
  readonly agent: string | null
  readonly data: Readonly<Record<string, unknown>>
}

for (const binary of claudeBinaries()) {
  describe(`what happens to Claude Code ${binary.version} at work`, function () {
    this.timeout(360_000)
    let sandbox: Sandbox
    let model: ModelServer

    before(function () {
      requireClaude(this, binary)
    })

    afterEach(async function () {
      if (this.currentTest?.isFailed()) {
        console.error((await sandbox.orch(['events'])).stdout)
        console.error((await sandbox.orch(['status', '--json'])).stdout)
        console.error((await sandbox.orch(['agent', 'capture', '', 'developer'])).stdout)
      }
      await sandbox.remove()
      await model.stop()
    })

    const open = async (env: NodeJS.ProcessEnv) => {
      model = await ModelServer.start()
      sandbox = new Sandbox({
        ...(await claudeEnvironment(binary, model)),
        ORCH_CONFIG_CLAUDE__START_GAP_SECONDS: '0',
        ...env,
      })
      approveClaudeKey(sandbox)
    }
    const run = async () => {
      const spec = sandbox.write('spec.md', SPEC)
      const {data, error} = await sandbox.json<{id: string}>([
        ...['run', spec, '--project', sandbox.repository(), '--agent', 'claude', '--planner', 'outline', '--roles', 'developer'],
        ...['--trust-project', '--yes', '--detach'],
      ])
      expect(data?.id, JSON.stringify(error)).to.match(/^p_/)
      return data.id
    }
    const status = async () => (await sandbox.json<StatusData>(['status'])).data
    const agents = async () => (await status()).projects[0]!.agents
    const developer = async () => (await agents()).find(({role}) => role === 'developer')!
    const events = async (id: string) =>
      (await sandbox.orch(['events', id, '--json'])).stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as EventRow)
    const until = async <T>(look: () => Promise<T>, wanted: (value: T) => boolean, what: string, timeoutMs = 90_000): Promise<T> => {
      const deadline = performance.now() + timeoutMs
      for (;;) {
        const value = await look()
        if (wanted(value)) return value
        if (performance.now() > deadline) throw new Error(`${what} did not come within ${timeoutMs} ms; last: ${JSON.stringify(value)}`)
        await sleep(300)
      }
    }
    const completed = (id: string) =>
      until(
        async () => (await sandbox.json<{state: string; verified: boolean}>(['report', id])).data,
        ({state}) => state === 'completed',
        'the end',
        200_000,
      )

    it('is killed with -9, and goes on with the same conversation; nothing of its first life is left', async () => {
      await open({ANTHROPIC_API_KEY: CLAUDE_KEY})
      const linger = 'nohup setsid sleep 987 >/dev/null 2>&1 & echo LINGERS'
      model.add({match: BRIEFING, withTool: 'Bash', times: 1, answer: tool('Bash', {command: linger, description: 'x'})})
      model.add({match: 'LINGERS', withTool: 'Bash', answer: text('I remember FIRST-LIFE.')})
      model.add({match: 'started again after an interruption', withTool: 'Bash', answer: tool('Bash', {command: WORK, description: 'x'})})
      const id = await run()
      const before = await until(developer, ({state}) => state === 'idle', 'the first turn')
      const left = sleepersOf(sandbox.folder)
      expect(left, 'a process that outlives its agent').to.have.length(1)
      process.kill(before.pid!, 'SIGKILL')
      await completed(id)
      const resumed = await model.waitFor(({conversation}) => conversation.includes('started again after an interruption'), 1_000)
      expect(resumed.conversation).to.include('I remember FIRST-LIFE.')
      await until(
        async () => sleepersOf(sandbox.folder),
        (pids) => pids.length === 0,
        'the end of what was left',
      )
      const ended = (await events(id)).filter(({type, data}) => type === 'agent.state' && data['to'] === 'exited')
      expect(ended.map(({data}) => (data['evidence'] as {what: string}).what)).to.include('ended by SIGKILL')
    })

    it('hits a limit and is woken after the reset exactly once, though its supervisor was killed meanwhile', async () => {
      await open({CLAUDE_CODE_OAUTH_TOKEN: 'made-up-for-tests'})
      const id = await run()
      await until(developer, ({state}) => state === 'idle', 'the first turn')
      // Claude Code says the minute and orch wakes three minutes later, so a reset that lies back is over in 40 to 100 s: time to look meanwhile.
      const resetsAt = Math.floor(Date.now() / 1_000) - 80
      model.add({match: 'LIMIT-MARK', withTool: 'Bash', answer: limited(resetsAt)})
      model.add({match: 'Go on where you stopped', withTool: 'Bash', answer: tool('Bash', {command: WORK, description: 'x'})})
      await sandbox.orch(['send', `${id}:developer`, 'LIMIT-MARK'])
      const held = await until(developer, ({state}) => state === 'limited', 'the limit')
      expect(held.waitingFor).to.deep.include({what: 'limit', until: Math.floor(resetsAt / 60) * 60_000})
      const pid = await sandbox.supervisorPid()
      process.kill(pid!, 'SIGKILL')
      await sandbox.orch(['daemon', 'start'])
      await completed(id)
      const woken = model.requests.filter(
        ({lastUserText, tools}) => lastUserText.includes('Go on where you stopped') && tools.includes('Bash'),
      )
      expect(woken).to.have.length(1)
      const {data: messages} = await sandbox.json<{to: string; kind: string; text: string}[]>(['messages', id])
      const told = messages.filter(({to, kind}) => to === held.id && kind === 'system').map(({text}) => text)
      // An agent that was briefed before the baseline was done is told what fails on the base.
      const others = told.filter((text) => !text.startsWith('On the base, before any of your work'))
      expect(others, JSON.stringify(told)).to.have.length(1)
      expect(others[0]).to.include('Go on where you stopped')
    })

    it('loses its login: one event, everything set aside, one notice; goes on after a new login', async () => {
      await open({})
      const login = (token: string) =>
        sandbox.write(
          'home/.claude/.credentials.json',
          JSON.stringify({
            claudeAiOauth: {
              ...{accessToken: token, refreshToken: `r-${token}`, expiresAt: Date.now() + 8 * 3_600_000},
              ...{scopes: ['user:inference', 'user:profile'], subscriptionType: 'max'},
            },
          }),
        )
      login('TOKEN-A')
      model.add({credential: 'TOKEN-A', answer: unauthorised()})
      model.add({match: 'Go on where you stopped', withTool: 'Bash', answer: tool('Bash', {command: WORK, description: 'x'})})
      const id = await run()
      await until(agents, (rows) => rows.length === 2 && rows.every(({state}) => state === 'limited'), 'everything set aside')
      const project = await until(status, ({projects}) => projects[0]!.state === 'waiting-credits', 'the project')
      expect(project.needsYou.filter(({what}) => /log in/.test(what))).to.have.length(1)
      expect(project.needsYou).to.have.length(1)
      expect((await events(id)).filter(({type, data}) => type === 'incident' && data['problem'] === 'login')).to.have.length(1)
      login('TOKEN-B')
      await completed(id)
      expect((await status()).needsYou).to.deep.equal([])
    })
  })
}

/** Processes `sleep 987` that know this folder from their environment. */
function sleepersOf(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const is = readFileSync(`/proc/${pid}/cmdline`, 'utf8') === 'sleep\u0000987\u0000'
        return is && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`=${folder}/`)
      } catch {
        return false
      }
    })
    .map(Number)
}
