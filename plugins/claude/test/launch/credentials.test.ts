import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import {testPorts} from '@orch/plugin-kit/testing'
import {ClaudeDriver} from '../../src/driver.js'
import {accountOf, withToken} from '../../src/launch/credentials.js'

const NONE = {tokenFile: null, apiKeyHelper: null, env: {}}

describe('credentials', () => {
  let folder: string
  let tokenFile: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orch-cred-'))
    tokenFile = join(folder, 'token')
    await writeFile(tokenFile, 'SECRET-TOKEN\n', {mode: 0o600})
  })
  afterEach(() => rm(folder, {recursive: true, force: true}))

  it('of a token file go by the environment, in place of keys', async () => {
    const env = await withToken({HOME: folder, ANTHROPIC_API_KEY: 'k', ANTHROPIC_AUTH_TOKEN: 't'}, {...NONE, tokenFile})
    expect(env).to.deep.equal({HOME: folder, CLAUDE_CODE_OAUTH_TOKEN: 'SECRET-TOKEN'})
    expect(await withToken({ANTHROPIC_API_KEY: 'k'}, NONE)).to.deep.equal({ANTHROPIC_API_KEY: 'k'})
  })

  it('of a token file that is missing or empty stop the start with what to do', async () => {
    await writeFile(tokenFile, ' \n')
    for (const path of [tokenFile, join(folder, 'nowhere')]) {
      const error: unknown = await withToken({}, {...NONE, tokenFile: path}).catch((thrown: unknown) => thrown)
      expect(error).to.have.property('code', 'ORCH_STATE')
      expect(error).to.have.property('remedy').that.includes('setup-token')
    }
  })

  it('tell an account and its login without telling a secret', async () => {
    const account = await accountOf({HOME: folder}, {...NONE, tokenFile})
    expect(JSON.stringify(account)).to.not.include('SECRET')
    await writeFile(tokenFile, 'ANOTHER-TOKEN')
    const after = await accountOf({HOME: folder}, {...NONE, tokenFile})
    expect(after.id).to.equal(account.id)
    expect(after.login).to.not.equal(account.login)
  })

  it('are the same account for the same key, folder or helper only', async () => {
    const id = async (env: Record<string, string>, more = {}) => (await accountOf({HOME: folder, ...env}, {...NONE, ...more})).id
    const ids = await Promise.all([
      id({}),
      id({CLAUDE_CONFIG_DIR: '/elsewhere'}),
      id({ANTHROPIC_API_KEY: 'a'}),
      id({ANTHROPIC_API_KEY: 'b'}),
      id({CLAUDE_CODE_OAUTH_TOKEN: 'a'}),
      id({}, {apiKeyHelper: 'x'}),
      id({}, {tokenFile}),
    ])
    expect(new Set(ids).size).to.equal(ids.length)
    expect(await id({ANTHROPIC_API_KEY: 'a', PATH: '/other'})).to.equal(ids[2])
  })

  it('say how a person renews each, and whether a session that runs takes it up', async () => {
    const renewal = async (env: Record<string, string>, more = {}) => {
      const {renew, countsAtStart = false} = await accountOf({HOME: folder, ...env}, {...NONE, ...more})
      return [renew, countsAtStart]
    }
    const [token, key, helper, login, configured, file] = await Promise.all([
      renewal({CLAUDE_CODE_OAUTH_TOKEN: 'a'}),
      renewal({ANTHROPIC_API_KEY: 'a'}),
      renewal({}, {apiKeyHelper: 'x'}),
      renewal({}),
      renewal({ANTHROPIC_API_KEY: 'a'}, {env: {ANTHROPIC_API_KEY: 'b'}}),
      renewal({ANTHROPIC_API_KEY: 'a'}, {tokenFile}),
    ])
    expect(token[0]).to.include('set CLAUDE_CODE_OAUTH_TOKEN').and.include('claude setup-token').and.include('orch resume')
    expect(key[0]).to.include('set ANTHROPIC_API_KEY').and.include('orch resume')
    expect(helper[0]).to.include('apiKeyHelper').and.include('orch resume')
    expect(login[0]).to.include('claude auth login')
    expect(configured[0]).to.include('change ANTHROPIC_API_KEY in claude.env')
    expect(file[0]).to.include(tokenFile)
    for (const [words] of [token, key, helper, configured, file]) expect(words).to.not.include('auth login')
    expect([token, key, helper, login, configured, file].map(([, atStart]) => atStart)).to.deep.equal([
      true,
      true,
      false,
      false,
      true,
      true,
    ])
  })

  it('show a login in the folder of Claude Code', async () => {
    const login = async () => (await accountOf({HOME: folder}, NONE)).login
    const before = await login()
    await mkdir(join(folder, '.claude'))
    await writeFile(join(folder, '.claude', '.credentials.json'), '{"claudeAiOauth":{"accessToken":"A"}}')
    const first = await login()
    await writeFile(join(folder, '.claude', '.credentials.json'), '{"claudeAiOauth":{"accessToken":"B"}}')
    expect(new Set([before, first, await login()]).size).to.equal(3)
  })

  it('of the configuration count as a login', async () => {
    const ports = testPorts()
    ports.processes.run = async (_file, args) => ({
      ...{exitCode: 0, signal: null, stderr: '', timedOut: false, notStarted: false},
      stdout: args[0] === '--version' ? '2.1.330 (Claude Code)' : '{"loggedIn": false}',
    })
    const driver = new ClaudeDriver(ports)
    expect(await driver.detect({}, {})).to.include({loggedIn: false})
    expect(await driver.detect({}, {tokenFile})).to.include({loggedIn: true, problem: null})
    expect(await driver.detect({}, {apiKeyHelper: 'x'})).to.include({loggedIn: true, problem: null})
  })
})
