import {mkdir, mkdtemp, realpath, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import type {McpInitAnswer, McpInitInput} from '@orch/plugin-kit'
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

  it('has nothing to do for other agents', async () => {
    const answer = await new McpPlanner().plan({...input, agent: {...input.agent, kind: 'rehearsal'}})
    expect(answer).to.deep.equal({steps: [], verdicts: []})
  })
})
