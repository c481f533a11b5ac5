import {execFileSync} from 'node:child_process'
import {expect} from 'chai'
import type {LaunchRequest, LaunchSpec} from '@orch/plugin-kit'
import {agentEnvironment, needsSandboxMark} from '../../src/launch/environment.js'
import {HOOK_EVENTS, hookSettings} from '../../src/launch/hook-settings.js'
import {buildLaunchSpec, type LaunchFacts} from '../../src/launch/launch-spec.js'
import {settingsOf, withRoleOptions} from '../../src/settings.js'

const REQUEST: LaunchRequest = {
  project: {id: 'p_1', name: 'demo', repository: '/srv/repo'},
  agent: {id: 'a_1', role: 'developer', title: 'Developer'},
  run: {id: 'r_1', token: 'SECRET-TOKEN'},
  conversation: '6f1d3f5e-5d53-4a52-9a52-0123456789ab',
  resume: false,
  worktree: '/srv/work trees/developer',
  directory: '/state/a_1',
  briefing: '/state/a_1/briefing.md',
  firstPrompt: '--dangerous looking prompt',
  env: {HOME: '/home/u', PATH: '/bin', CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: 'x', ORCH_TOKEN: 'SECRET-TOKEN', ORCH_RUN: 'r_1'},
  settings: {},
  options: {},
  readable: ['/srv/work trees/tester'],
}
const FACTS: LaunchFacts = {
  version: [2, 1, 330],
  settings: settingsOf({}),
  hookCommand: ['/usr/bin/node', '/state/bin/hook.js'],
  mcpCommand: ['/usr/bin/node', '/opt/orch/bin/mcp.js'],
  hasMcpConfig: true,
  uid: 1000,
}
const build = (request: Partial<LaunchRequest> = {}, facts: Partial<LaunchFacts> = {}) =>
  buildLaunchSpec({...REQUEST, ...request}, {...FACTS, ...facts})
const fileIn = (spec: LaunchSpec, path: string) => spec.files.find((file) => file.path === path)?.content
const settingsIn = (spec: LaunchSpec) => JSON.parse(fileIn(spec, '/state/a_1/settings.json')!) as Record<string, unknown>

describe('buildLaunchSpec', () => {
  it('is the recipe: everything by flags and files of the state directory', () => {
    const {command, files} = build()
    expect(command.argv).to.deep.equal([
      'claude',
      '--dangerously-skip-permissions',
      ...['--session-id', REQUEST.conversation],
      ...['--name', 'developer · demo'],
      ...['--settings', '/state/a_1/settings.json'],
      ...['--mcp-config', '/state/a_1/mcp.json', '/state/a_1/orch-mcp.json', '--strict-mcp-config'],
      ...['--append-system-prompt-file', '/state/a_1/briefing.md'],
      ...['--', '--dangerous looking prompt'],
    ])
    expect(command.cwd).to.equal(REQUEST.worktree)
    expect(files.map(({path}) => path)).to.deep.equal(['/state/a_1/settings.json', '/state/a_1/orch-mcp.json'])
  })

  it('takes the conversation up again with all flags', () => {
    const {argv} = build({resume: true, firstPrompt: null}).command
    expect(argv.slice(2, 4)).to.deep.equal(['--resume', REQUEST.conversation])
    expect(argv).to.not.include('--session-id')
    expect(argv).to.include.members(['--settings', '--mcp-config', '--append-system-prompt-file', '--dangerously-skip-permissions'])
    expect(argv).to.not.include('--')
  })

  it('puts no secret on the command line', () => {
    expect(build().command.argv.join(' ')).to.not.include('SECRET-TOKEN')
    expect(build().command.env).to.include({ORCH_TOKEN: 'SECRET-TOKEN'})
  })

  it('hands a long first prompt over in a file', () => {
    const firstPrompt = 'ä'.repeat(3_000)
    const spec = build({firstPrompt})
    expect(spec.command.argv.at(-1)).to.equal('Read /state/a_1/first-prompt.md and do what it says.')
    expect(fileIn(spec, '/state/a_1/first-prompt.md')).to.equal(firstPrompt)
  })

  it('gives no MCP servers when none were granted, and leaves granted ones alone', () => {
    expect(fileIn(build({}, {hasMcpConfig: false}), '/state/a_1/mcp.json')).to.equal('{\n  "mcpServers": {}\n}\n')
    expect(fileIn(build(), '/state/a_1/mcp.json')).to.equal(undefined)
  })

  it('takes model, effort and mode from configuration and role, the role first', () => {
    const configured = settingsOf({model: 'opus', effort: 'high', fallbackModel: 'sonnet', extraArgs: ['--verbose'], binary: '/opt/claude'})
    const settings = withRoleOptions(configured, {model: 'haiku', permissionMode: 'acceptEdits', extraArgs: ['--evil'], binary: '/evil'})
    const spec = build({}, {settings})
    const {argv} = spec.command
    expect(argv.slice(0, 3)).to.deep.equal(['/opt/claude', '--permission-mode', 'acceptEdits'])
    expect(argv.join(' ')).to.include('--model haiku --effort high --fallback-model sonnet --verbose -- ')
    expect(argv).to.not.include('--evil')
    expect(settingsIn(spec)).to.not.have.property('skipDangerousModePermissionPrompt')
    expect(settingsIn(build())).to.have.property('skipDangerousModePermissionPrompt', true)
  })

  it('lets the agent read the folders it was given', () => {
    expect(settingsIn(build())).to.have.deep.nested.property('permissions.allow', ['Read(//srv/work trees/tester/**)', 'mcp__orch'])
  })
})

describe('hookSettings', () => {
  const commandOf = (settings: Record<string, unknown>, event: string) =>
    (settings[event] as {hooks: {command: string; args?: string[]; timeout: number}[]}[])[0]!.hooks[0]!

  it('relays the events of the design, without a shell where that is possible', () => {
    const settings = hookSettings(['/usr/bin/node', '/state/bin/hook.js'], true)
    expect(Object.keys(settings)).to.deep.equal([...HOOK_EVENTS])
    expect(commandOf(settings, 'Stop')).to.deep.equal({
      type: 'command',
      command: '/usr/bin/node',
      args: ['/state/bin/hook.js', 'Stop'],
      timeout: 5,
    })
  })

  it('quotes for a shell so that every word arrives as it is', () => {
    const words = ['/usr/bin/env', 'printf', '%s|', 'it\'s $(touch x) `y` \\ "z"', 'a b\tc\n!', '*']
    const {command, args} = commandOf(hookSettings(words, false), 'Stop')
    expect(args).to.equal(undefined)
    expect(execFileSync('sh', ['-c', command], {encoding: 'utf8'})).to.equal([...words.slice(3), 'Stop'].map((word) => `${word}|`).join(''))
  })
})

describe('agentEnvironment', () => {
  it('drops the marks of a session orch was called from, and keeps the rest', () => {
    const env = agentEnvironment(REQUEST.env, {env: {}}, false)
    expect(env).to.include({HOME: '/home/u', DISABLE_AUTOUPDATER: '1', MCP_TIMEOUT: '60000', ORCH_RUN: 'r_1'})
    expect(env).to.not.have.any.keys('CLAUDECODE', 'CLAUDE_CODE_SESSION_ID', 'IS_SANDBOX')
  })

  it('lets the project overrule its defaults and the configuration both, but nobody orch itself', () => {
    const env = agentEnvironment({...REQUEST.env, MCP_TIMEOUT: '90000', X: 'project'}, {env: {X: 'configured', ORCH_RUN: 'forged'}}, false)
    expect(env).to.include({MCP_TIMEOUT: '90000', X: 'configured', ORCH_RUN: 'r_1'})
  })

  it('calls the machine a sandbox only for root that bypasses permissions', () => {
    const mode = (permissionMode: string) => settingsOf({permissionMode})
    expect(needsSandboxMark(mode('bypassPermissions'), 0)).to.equal(true)
    expect(needsSandboxMark(mode('bypassPermissions'), 1000)).to.equal(false)
    expect(needsSandboxMark(mode('acceptEdits'), 0)).to.equal(false)
    expect(agentEnvironment({}, {env: {}}, true)).to.include({IS_SANDBOX: '1'})
  })
})
