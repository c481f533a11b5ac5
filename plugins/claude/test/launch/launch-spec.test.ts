import {execFileSync} from 'node:child_process'
import {expect} from 'chai'
import type {LaunchRequest, LaunchSpec} from '@orch/plugin-kit'
import {agentEnvironment, needsSandboxMark} from '../../src/launch/environment.js'
import {HOOK_EVENTS, hookSettings} from '../../src/launch/hook-settings.js'
import {buildLaunchSpec, type LaunchFacts} from '../../src/launch/launch-spec.js'
import {settingsOf} from '../../src/settings.js'

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
  hookCommand: ['/bin/sh', '/state/bin/hook.sh'],
  mcpCommand: ['/usr/bin/node', '/opt/orch/bin/mcp.js'],
  servers: ['time'],
  ownStatusLine: null,
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
      ...['--permission-mode', 'dontAsk'],
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
    expect(argv.slice(3, 5)).to.deep.equal(['--resume', REQUEST.conversation])
    expect(argv).to.not.include('--session-id')
    expect(argv).to.include.members(['--settings', '--mcp-config', '--append-system-prompt-file', '--permission-mode'])
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
    expect(fileIn(build({}, {servers: null}), '/state/a_1/mcp.json')).to.equal('{\n  "mcpServers": {}\n}\n')
    expect(fileIn(build(), '/state/a_1/mcp.json')).to.equal(undefined)
  })

  it('takes model, effort and mode from configuration, template and the person’s word on the role, the last first', () => {
    const config = {
      ...{model: 'opus', effort: 'high', fallbackModel: 'sonnet', extraArgs: ['--verbose'], binary: '/opt/claude', env: {A: '1', B: '1'}},
      roles: {developer: {effort: 'max', extraArgs: ['--debug'], env: {B: '2'}}, tester: {model: 'other'}},
    }
    const template = {
      model: 'haiku',
      effort: 'low',
      permissionMode: 'acceptEdits',
      extraArgs: ['--evil'],
      binary: '/evil',
      env: {A: 'evil'},
    }
    const spec = build({}, {settings: settingsOf(config, 'developer', template)})
    const {argv, env} = spec.command
    expect(argv.slice(0, 3)).to.deep.equal(['/opt/claude', '--permission-mode', 'acceptEdits'])
    expect(argv.join(' ')).to.include('--model haiku --effort max --fallback-model sonnet --verbose --debug -- ')
    expect(argv).to.not.include('--evil')
    expect(env).to.include({A: '1', B: '2'})
  })

  it('bypasses permissions only where the person says so, never for a template', () => {
    for (const template of [{permissionMode: 'bypassPermissions'}, {permissionMode: 'bypass'}]) {
      const spec = build({}, {settings: settingsOf({}, 'developer', template)})
      expect(spec.command.argv.slice(1, 3)).to.deep.equal(['--permission-mode', 'dontAsk'])
      expect(settingsIn(spec)).to.not.have.property('skipDangerousModePermissionPrompt')
    }
    for (const config of [{permissionMode: 'bypass'}, {roles: {developer: {permissionMode: 'bypassPermissions'}}}]) {
      const spec = build({}, {settings: settingsOf(config, 'developer')})
      expect(spec.command.argv[1]).to.equal('--dangerously-skip-permissions')
      expect(settingsIn(spec)).to.have.property('skipDangerousModePermissionPrompt', true)
    }
    expect(settingsOf({roles: {developer: {permissionMode: 'bypass'}}}, 'tester').permissionMode).to.equal('dontAsk')
    expect(settingsOf({permissionMode: 'bypass'}, 'developer', {permissionMode: 'plan'}).permissionMode).to.equal('plan')
  })

  it('allows the work, in its own worktree, and lets the agent read the folders it was given', () => {
    expect(settingsIn(build({}, {settings: settingsOf({allow: ['Edit(//srv/shared/**)']})}))).to.have.deep.nested.property(
      'permissions.allow',
      [
        'Read(//srv/work trees/tester/**)',
        'mcp__orch',
        ...['Bash', 'Edit(//srv/work trees/developer/**)', 'WebFetch', 'WebSearch', 'mcp__time'],
        'Edit(//srv/shared/**)',
      ],
    )
    expect(settingsIn(build({}, {settings: settingsOf({permissionMode: 'default'})}))).to.have.deep.nested.property('permissions.allow', [
      'Read(//srv/work trees/tester/**)',
      'mcp__orch',
    ])
  })

  it('hands a helper for keys over, and none without', () => {
    expect(settingsIn(build({}, {settings: settingsOf({apiKeyHelper: 'pass show key'})}))).to.have.property('apiKeyHelper', 'pass show key')
    expect(settingsIn(build())).to.not.have.property('apiKeyHelper')
  })
})

describe('hookSettings', () => {
  const commandOf = (settings: Record<string, unknown>, event: string) =>
    (settings[event] as {hooks: {command: string; args?: string[]; timeout: number}[]}[])[0]!.hooks[0]!

  it('relays the events of the design, without a shell where that is possible', () => {
    const settings = hookSettings(['/bin/sh', '/state/bin/hook.sh'], true)
    expect(Object.keys(settings)).to.deep.equal([...HOOK_EVENTS])
    expect(commandOf(settings, 'Stop')).to.deep.equal({
      type: 'command',
      command: '/bin/sh',
      args: ['/state/bin/hook.sh', 'Stop'],
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
