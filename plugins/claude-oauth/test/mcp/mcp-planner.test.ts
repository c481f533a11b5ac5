import {mkdir, mkdtemp, realpath, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import type {McpInitAnswer, McpInitInput, McpProbe, OrchError} from '@orch/plugin-kit'
import {McpPlanner} from '../../src/mcp/mcp-planner.js'

describe('McpPlanner', () => {
  let folder: string
  let input: McpInitInput

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'orch-mcp-')))
    for (const name of ['home', 'repository', 'worktree', 'agent']) await mkdir(join(folder, name))
    await symlink(join(folder, 'repository'), join(folder, 'link'))
    input = {
      agent: {id: 'a_1', role: 'developer', kind: 'claude'},
      worktree: join(folder, 'worktree'),
      directory: join(folder, 'agent'),
      repository: join(folder, 'link'),
      trusted: true,
      env: {HOME: join(folder, 'home')},
      options: {},
      settings: {mcp: {probe: false}},
      restart: false,
      probes: null,
    }
    await writeFile(
      join(folder, 'home', '.claude.json'),
      JSON.stringify({
        mcpServers: {mine: {command: 'mine'}, shared: {command: 'shared-of-mine'}, off: {command: 'off'}},
        projects: {
          [join(folder, 'repository')]: {mcpServers: {local: {type: 'http', url: 'https://example.org/mcp'}}, disabledMcpServers: ['off']},
          '/elsewhere': {mcpServers: {elsewhere: {command: 'x'}}},
        },
      }),
    )
    await writeFile(
      join(folder, 'worktree', '.mcp.json'),
      JSON.stringify({mcpServers: {shared: {command: 'shared'}, theirs: {command: 'theirs'}}}),
    )
  })
  afterEach(() => rm(folder, {recursive: true, force: true}))

  const written = (answer: McpInitAnswer) => {
    expect(answer.steps).to.have.length(1)
    const step = answer.steps[0]!
    if (step.step !== 'write') throw new Error(step.step)
    expect(step.path).to.equal(join(folder, 'agent', 'mcp.json'))
    return (JSON.parse(step.content) as {mcpServers: Record<string, unknown>}).mcpServers
  }

  it('hands the servers of person and trusted repository over, nearer entries first', async () => {
    const answer = await new McpPlanner().plan(input)
    expect(written(answer)).to.deep.equal({
      mine: {command: 'mine'},
      shared: {command: 'shared'},
      theirs: {command: 'theirs'},
      local: {type: 'http', url: 'https://example.org/mcp'},
    })
    expect(answer.verdicts.find(({server}) => server === 'off')).to.include({verdict: 'left-out'})
    expect(answer.verdicts.filter(({verdict}) => verdict === 'configured')).to.have.length(4)
  })

  it('leaves the servers of an untrusted repository out and says so', async () => {
    const answer = await new McpPlanner().plan({...input, trusted: false})
    expect(Object.keys(written(answer))).to.deep.equal(['mine', 'local'])
    const theirs = answer.verdicts.find(({server}) => server === 'theirs')
    expect(theirs).to.include({verdict: 'left-out'})
    expect(theirs!.why).to.include('--trust-project')
  })

  it('reads CLAUDE_CONFIG_DIR when it is set', async () => {
    const answer = await new McpPlanner().plan({...input, env: {...input.env, CLAUDE_CONFIG_DIR: join(folder, 'nowhere')}})
    expect(Object.keys(written(answer))).to.deep.equal(['shared', 'theirs'])
  })

  it('reports a file it cannot read and goes on with the rest', async () => {
    await writeFile(join(folder, 'worktree', '.mcp.json'), '{"mcpServers": {')
    const answer = await new McpPlanner().plan(input)
    expect(Object.keys(written(answer))).to.deep.equal(['mine', 'shared', 'local'])
    expect(answer.verdicts.at(-1)).to.include({server: join(folder, 'worktree', '.mcp.json'), verdict: 'failed'})
  })

  it('reads the .mcp.json of the main checkout where the worktree has none, because it was never committed', async () => {
    await rm(join(folder, 'worktree', '.mcp.json'))
    await writeFile(join(folder, 'repository', '.mcp.json'), JSON.stringify({mcpServers: {loose: {command: 'loose'}}}))
    expect(Object.keys(written(await new McpPlanner().plan(input)))).to.include('loose')
  })

  describe('probing', () => {
    const probed = (settings: Record<string, unknown> = {}) => ({...input, settings})
    const answers = (server: string, more: Partial<McpProbe> = {}): McpProbe => {
      return {server, outcome: 'answers', tools: ['t'], why: 'answers as x', output: '', ...more}
    }

    it('comes first, for every server the agent is to have, in the worktree of a trusted repository', async () => {
      const {steps, verdicts} = await new McpPlanner().plan(probed())
      expect(verdicts).to.deep.equal([])
      expect(steps).to.have.length(1)
      const step = steps[0]!
      if (step.step !== 'probe') throw new Error(step.step)
      expect(step).to.include({cwd: join(folder, 'worktree'), timeoutMs: 60_000})
      expect(step.servers.map(({name}) => name)).to.deep.equal(['mine', 'shared', 'theirs', 'local'])
    })

    it('touches nothing of a repository that is not trusted', async () => {
      const {steps} = await new McpPlanner().plan({...probed(), trusted: false})
      const step = steps[0]!
      if (step.step !== 'probe') throw new Error(step.step)
      expect(step.cwd).to.equal(join(folder, 'agent'))
      expect(step.servers.map(({name}) => name)).to.deep.equal(['mine', 'local'])
    })

    it('may take longer, not shorter', async () => {
      const timeoutOf = async (mcpStageMs: number) =>
        ((await new McpPlanner().plan(probed({mcpStageMs}))).steps[0] as {timeoutMs: number}).timeoutMs
      expect(await timeoutOf(1_000)).to.equal(60_000)
      expect(await timeoutOf(90_000)).to.equal(90_000)
    })

    it('leaves out what failed, and keeps what asks for a sign-in or cannot be asked', async () => {
      const probes = [
        answers('mine'),
        answers('shared', {outcome: 'failed', why: 'ended with exit code 3 before it answered', output: 'no database'}),
        answers('theirs', {outcome: 'unasked', why: 'is reached through a proxy'}),
        answers('local', {outcome: 'needs-sign-in', why: 'asks for a sign-in (401)'}),
      ]
      const settings = {mcp: {servers: {shared: {policy: 'required'}}}}
      const answer = await new McpPlanner().plan({...probed(settings), probes})
      expect(Object.keys(written(answer))).to.deep.equal(['mine', 'theirs', 'local'])
      const of = (name: string) => answer.verdicts.find(({server}) => server === name)
      expect(of('mine')).to.deep.include({verdict: 'answers', tools: ['t'], required: false})
      expect(of('shared')).to.deep.include({verdict: 'failed', required: true, output: 'no database'})
      expect(of('theirs')).to.include({verdict: 'configured'})
      expect(of('local')).to.include({verdict: 'needs-sign-in'})
      expect(of('local')!.why).to.include('claude mcp login local')
    })

    it('counts a required one that asks for a sign-in as failed, unless Claude Code keeps one for it', async function () {
      if (process.platform !== 'linux') this.skip()
      const probes = [answers('local', {outcome: 'needs-sign-in', why: 'asks for a sign-in (401)'})]
      const judged = async (kept?: object) => {
        const file = join(folder, 'home', '.claude', '.credentials.json')
        await mkdir(join(file, '..'), {recursive: true})
        if (kept) await writeFile(file, JSON.stringify({mcpOAuth: {'local|1': {serverName: 'local', ...kept}}}))
        const answer = await new McpPlanner().plan({...probed({mcp: {servers: {local: {policy: 'required'}}}}), probes})
        return answer.verdicts.find(({server}) => server === 'local')!
      }
      const url = 'https://example.org/mcp'
      const unsigned = {verdict: 'failed', why: 'asks for a sign-in (401), and Claude Code keeps none; sign in: claude mcp login local'}
      expect(await judged()).to.include(unsigned)
      expect(await judged({serverUrl: url, accessToken: ''})).to.include(unsigned)
      expect(await judged({serverUrl: 'https://example.com/mcp', accessToken: 't'})).to.include(unsigned)
      expect(await judged({serverUrl: url, accessToken: 't'})).to.include({verdict: 'needs-sign-in', required: true})
    })
  })

  describe('the servers of a role', () => {
    const names = async (more: Partial<McpInitInput>) => Object.keys(written(await new McpPlanner().plan({...input, ...more})))
    const mcp = (settings: object) => ({settings: {mcp: {probe: false, ...settings}}})

    it('are those of the configuration, also by the original spelling of the role', async () => {
      const roles = {developer: ['theirs'], project_manager: ['mine']}
      expect(await names(mcp({roles}))).to.deep.equal(['theirs'])
      expect(await names({...mcp({roles}), agent: {...input.agent, role: 'project-manager'}})).to.deep.equal(['mine'])
      expect(await names({...mcp({roles}), agent: {...input.agent, role: 'tester'}})).to.have.length(4)
    })

    it('are else those of the team template, which may name what a person lacks', async () => {
      const options = {mcpServers: ['mine', 'puppeteer']}
      expect(await names({options})).to.deep.equal(['mine'])
      const {verdicts} = await new McpPlanner().plan({...input, options})
      expect(verdicts.find(({server}) => server === 'puppeteer')).to.include({verdict: 'left-out'})
      expect(await names({options, ...mcp({roles: {developer: ['local']}})})).to.deep.equal(['local'])
    })

    for (const settings of [{roles: {developer: ['mien']}}, {servers: {mien: {policy: 'required'}}}]) {
      it(`are refused by a name nobody knows: ${JSON.stringify(settings)}`, async () => {
        const error = await new McpPlanner().plan({...input, ...mcp(settings)}).then(
          () => expect.fail('it was planned'),
          (reason: OrchError) => reason,
        )
        expect(error.code).to.equal('ORCH_CONFIG')
        expect(error.message + error.remedy)
          .to.include('mien')
          .and.include('theirs')
      })
    }
  })

  describe('in two stages', () => {
    const twoStage = (more: Partial<McpInitInput> = {}) =>
      new McpPlanner().plan({...input, settings: {mcp: {strategy: 'two-stage', probe: false}}, ...more})

    it('starts, approves what the repository offers, leaves, kills and makes anew, with the least times of the original', async () => {
      const {steps, servers} = await twoStage()
      expect(servers).to.equal('found')
      expect(steps).to.deep.equal([
        {step: 'start', minMs: 2_000},
        {step: 'gate', approve: ['shared', 'theirs'], keyMs: 500, minMs: 2_000, timeoutMs: 60_000},
        {step: 'exit', minMs: 2_000},
        {step: 'kill'},
        {step: 'recreate', minMs: 2_000},
      ])
    })

    it('approves only what the role has, and nothing of a repository that is not trusted', async () => {
      const approved = ({steps}: McpInitAnswer) => steps.flatMap((step) => (step.step === 'gate' ? [step.approve] : []))
      const settings = {mcp: {strategy: 'two-stage', probe: false, roles: {developer: ['theirs', 'mine']}}}
      expect(approved(await twoStage({settings}))).to.deep.equal([['theirs']])
      expect(approved(await twoStage({trusted: false}))).to.deep.equal([[]])
    })

    it('approves for every role what any of them has: there is one answer for the repository', async () => {
      const settings = {mcp: {strategy: 'two-stage', probe: false, roles: {developer: [], tester: ['theirs']}}}
      for (const role of ['developer', 'tester']) {
        const {steps, verdicts} = await twoStage({settings, agent: {...input.agent, role}})
        expect(steps).to.deep.include({step: 'gate', approve: ['theirs'], keyMs: 500, minMs: 2_000, timeoutMs: 60_000})
        expect(verdicts.filter(({verdict}) => verdict === 'configured').map(({server}) => server)).to.deep.equal(['theirs'])
      }
    })

    it('is over with the first start', async () => {
      expect((await twoStage({restart: true})).steps).to.deep.equal([])
    })
  })

  it('has nothing to do for other agents', async () => {
    const answer = await new McpPlanner().plan({...input, agent: {...input.agent, kind: 'rehearsal'}})
    expect(answer).to.deep.equal({steps: [], verdicts: []})
  })
})
