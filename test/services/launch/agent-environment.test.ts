import {expect} from 'chai'
import {agentEnvironment, passedEnvironment} from '../../../src/services/launch/agent-environment.js'
import {aProject, anAgent} from '../../support/builders.js'

describe('passedEnvironment', () => {
  it('keeps what agents need, and nothing by accident', () => {
    const passed = passedEnvironment(
      {
        PATH: '/bin',
        HOME: '/home/ada',
        LC_ALL: 'C',
        ANTHROPIC_API_KEY: 'key',
        GIT_AUTHOR_NAME: 'Ada',
        https_proxy: 'http://proxy',
        CLAUDE_OAUTH_PORT: '3001',
        AWS_SECRET_ACCESS_KEY: 'secret',
        GIT_DIR: '/elsewhere',
        LD_PRELOAD: '/x.so',
        NODE_OPTIONS: '--require /x.js',
        TMUX: '/tmp/tmux',
        ORCH_TOKEN: 'of another agent',
        UNDEFINED: undefined,
      },
      [],
    )
    expect(passed).to.deep.equal({
      PATH: '/bin',
      HOME: '/home/ada',
      LC_ALL: 'C',
      ANTHROPIC_API_KEY: 'key',
      GIT_AUTHOR_NAME: 'Ada',
      https_proxy: 'http://proxy',
      CLAUDE_OAUTH_PORT: '3001',
    })
  })

  it('adds what the person names', () => {
    expect(passedEnvironment({AWS_PROFILE: 'work', OTHER: 'x'}, ['AWS_PROFILE'])).to.deep.equal({AWS_PROFILE: 'work'})
  })

  for (const name of [
    'CLAUDECODE',
    'CLAUDE_CODE_CHILD_SESSION',
    'CLAUDE_CODE_SESSION_ID',
    'CLAUDE_CODE_SKIP_PROMPT_HISTORY',
    'CLAUDE_CODE_ENTRYPOINT',
  ]) {
    it(`never passes ${name}, though it is named and its family passes`, () => {
      expect(passedEnvironment({[name]: '1', CLAUDE_CODE_OTHER: '2'}, [name])).to.deep.equal({CLAUDE_CODE_OTHER: '2'})
    })
  }
})

describe('agentEnvironment', () => {
  const context = {
    state: '/state',
    socket: '/state/orch.sock',
    bin: '/state/bin/1/path',
    planPath: '/p/plan.json',
    tmuxFolder: '/state/tmux/p_1',
    exportCallbackPort: true,
  }
  const project = aProject({agents: [anAgent(), anAgent({role: 'tester'})]})
  const agent = anAgent({oauthPort: 3001, portBlock: {from: 41_010, to: 41_019}})
  const run = {id: 'r_9', token: 'secret'}
  const make = (env: Record<string, string> = {}, changes: Partial<typeof context> = {}) =>
    agentEnvironment(project, agent, run, env, {...context, ...changes})

  it('tells an agent who it is, whom it speaks to, and which ports are its own', () => {
    expect(make()).to.include({
      ORCH_PROJECT: 'p_1',
      ORCH_AGENT: 'a_developer',
      ORCH_ROLE: 'developer',
      ORCH_RUN: 'r_9',
      ORCH_TOKEN: 'secret',
      ORCH_SOCKET: '/state/orch.sock',
      ORCH_STATE: '/state',
      ORCH_DATA_DIR: '/state',
      ORCH_PLAN: '/p/plan.json',
      TMUX_TMPDIR: '/state/tmux/p_1',
      ORCH_TEAM: 'developer,tester',
      ORCH_OWES: 'commits',
      ORCH_PORT_BASE: '41010',
      PORT: '41010',
      CLAUDE_OAUTH_PORT: '3001',
      COMPOSE_PROJECT_NAME: 'orch-demo-developer',
    })
  })

  it('puts its own orch first on the path', () => {
    expect(make({PATH: '/usr/bin'})['PATH']).to.equal('/state/bin/1/path:/usr/bin')
    expect(make()['PATH']).to.match(/^\/state\/bin\/1\/path:.*\/bin/)
  })

  it('lets nothing of the person’s replace what is orch’s own', () => {
    expect(make({ORCH_AGENT: 'a_other', PORT: '80', CLAUDE_OAUTH_PORT: '3000', LANG: 'C'})).to.include({
      ORCH_AGENT: 'a_developer',
      PORT: '41010',
      CLAUDE_OAUTH_PORT: '3001',
      LANG: 'C',
    })
  })

  it('exports the callback port only when it is told to', () => {
    expect(make()).to.include({MCP_OAUTH_CALLBACK_PORT: '3001'})
    expect(make({}, {exportCallbackPort: false})).not.to.have.property('MCP_OAUTH_CALLBACK_PORT')
  })
})
