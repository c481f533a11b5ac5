import {execFileSync} from 'node:child_process'
import {existsSync} from 'node:fs'
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {claudeBinaries, requireClaude} from '../../../../test/support/claude-binary.js'
import {ModelServer, tool, type ModelRule} from '../../../../test/support/model-server/index.js'
import {ClaudeDriver} from '../../src/driver.js'
import {NATIVE_FEATURES, nativeOff, TOOLS_LEFT} from '../../src/launch/native.js'
import {ClaudeWorld} from '../support/claude-world.js'
import {realPorts} from '../support/real-ports.js'

for (const binary of claudeBinaries()) {
  describe(`Claude Code ${binary.version}'s own orchestration`, function () {
    this.timeout(120_000)
    let world: ClaudeWorld
    let model: ModelServer

    before(function () {
      requireClaude(this, binary)
    })
    afterEach(async () => {
      await world.destroy()
      await model.stop()
    })

    const start = async (settings: object, ...rules: ModelRule[]) => {
      world = await ClaudeWorld.create({binary: binary.path!, ...settings})
      model = await ModelServer.start(rules)
      const driver = new ClaudeDriver(realPorts({hookCommand: [process.execPath, world.recorder]}))
      await driver.prepareRepository({repository: world.worktree, env: world.env()})
      await world.start(await driver.launch(world.request(model, {env: world.subscriberEnv(model)})))
      return driver
    }

    /** The first request of an agent whose person has switched teams on for every session. */
    const firstRequest = async (settings: object) => {
      world = await ClaudeWorld.create({binary: binary.path!, ...settings})
      model = await ModelServer.start()
      await mkdir(join(world.home, '.claude'), {recursive: true})
      const own = {env: {CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS: '1'}, teammateMode: 'tmux'}
      await writeFile(join(world.home, '.claude', 'settings.json'), JSON.stringify(own))
      const driver = new ClaudeDriver(realPorts({hookCommand: [process.execPath, world.recorder]}))
      await driver.prepareRepository({repository: world.worktree, env: world.env()})
      await world.start(await driver.launch(world.request(model, {env: world.subscriberEnv(model)})))
      const request = await model.waitFor(({tools, conversation}) => tools.includes('Bash') && conversation.includes('FIRST-MARK'), 60_000)
      await world.waitForHook(({event}) => event === 'Stop')
      return {request, tools: [...request.tools, ...request.deferredTools].filter((name) => !name.startsWith('mcp__')).sort()}
    }

    it('is off: exactly the known tools are left, and no teammates', async () => {
      const {request, tools} = await firstRequest({})
      expect(tools, 'a tool with a new name is to be looked at: data/native.json').to.deep.equal(TOOLS_LEFT[binary.version])
      expect(request.toolInputs['Agent']).to.not.include('team_name')
    })

    it('makes no worktree for a subagent, and says why', async () => {
      const input = {description: 'x', prompt: 'SUB-MARK', subagent_type: 'general-purpose', isolation: 'worktree'}
      await start({}, {match: 'FIRST-MARK', withTool: 'Agent', times: 1, answer: tool('Agent', input)})
      await model.waitFor(({conversation}) => conversation.includes("Worktrees of Claude Code's own are switched off"), 60_000)
      const git = (...args: string[]) => execFileSync('git', ['-C', world.repository, ...args], {encoding: 'utf8', env: world.env()})
      expect(git('worktree', 'list').trim().split('\n')).to.have.length(2)
      expect(git('branch', '--format=%(refname:short)').trim().split('\n').sort()).to.deep.equal(['developer', 'main'])
      expect(model.requests.some(({lastUserText}) => lastUserText.includes('SUB-MARK'))).to.equal(false)
    })

    it('tells of a subagent while it works, and of a background command behind its turn', async () => {
      const agent = tool('Agent', {description: 'x', prompt: 'SUB-MARK', subagent_type: 'general-purpose'})
      const shell = tool('Bash', {command: 'tail -f /dev/null', description: 'a server', run_in_background: true})
      const driver = await start(
        {},
        {match: 'SUB-MARK', withTool: 'Bash', times: 1, answer: tool('Bash', {command: 'echo SUB-DONE', description: 'x'})},
        {match: 'FIRST-MARK', withTool: 'Agent', times: 1, answer: agent},
      )
      const kinds = async () => (await world.hooks()).flatMap((hook) => driver.interpret(hook)).map(({kind}) => kind)
      await world.waitUntil(async () => (await kinds()).includes('beside-ended'), 'the end of the subagent')
      expect(await kinds()).to.include('beside-began')
      await world.waitUntil(() => driver.readScreen(world.screen()).what === 'composer', 'the composer')
      model.add({match: 'BACK-MARK', withTool: 'Bash', times: 1, answer: shell})
      await world.paste('BACK-MARK', driver.submitDelayMs)
      // Before 2.1.165 a Stop does not say what runs behind it.
      if (binary.version === '2.1.120') return
      const told = async () => (await world.hooks()).flatMap((hook) => driver.interpret(hook))
      await world.waitUntil(
        async () => (await told()).some((signal) => signal.kind === 'beside' && signal.tasks.some(({what}) => what === 'shell: a server')),
        'the background command',
      )
    })

    it('is found where an agent enters a worktree of its own all the same: its place and its transcript are those of each hook', async () => {
      // Newer versions have the tool looked up before it is used.
      const driver = await start(
        {native: {worktrees: true}},
        {withTool: 'EnterWorktree', times: 1, answer: tool('EnterWorktree', {name: 'side'})},
        {
          match: 'FIRST-MARK',
          withTool: 'ToolSearch',
          times: 1,
          answer: tool('ToolSearch', {query: 'select:EnterWorktree', max_results: 1}),
        },
      )
      const signals = async () => (await world.hooks()).flatMap((hook) => driver.interpret(hook))
      await world.waitUntil(
        async () => (await signals()).some((signal) => signal.kind === 'place' && signal.cwd.includes('.claude/worktrees')),
        'the other place',
      )
      await world.waitUntil(() => driver.readScreen(world.screen()).what === 'composer', 'the composer')
      await world.paste('m_7 still there?', driver.submitDelayMs)
      await model.waitFor(({lastUserText}) => lastUserText.includes('m_7'), 30_000)
      // As orch takes it: one that is named in passing counts only where the file is.
      const path = async () =>
        (await signals())
          .flatMap((signal) => (signal.kind === 'transcript' && (!signal.ifThere || existsSync(signal.path)) ? [signal.path] : []))
          .at(-1)!
      await world.waitUntil(
        async () =>
          (await driver.readTranscript(await path(), null)).signals.some(
            ({kind, ...rest}) => kind === 'acknowledged' && JSON.stringify(rest).includes('m_7'),
          ),
        'the receipt in the transcript that the hook names',
      )
    })

    it('is back where it is switched on', async () => {
      const {request, tools} = await firstRequest({native: Object.fromEntries(NATIVE_FEATURES.map((feature) => [feature, true]))})
      const version = binary.version.split('.').map(Number) as [number, number, number]
      // Offered online only, or by few versions.
      const rare = ['DesignSync', 'RemoteTrigger', 'TeamCreate', 'TeamDelete']
      const wanted = nativeOff(version, {}).deny.filter((tool) => !rare.includes(tool))
      expect(tools).to.include.members(wanted)
      expect(request.toolInputs['Agent']).to.include('team_name')
    })
  })
}
