import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import {FakeRunner} from '@orch/plugin-kit/testing'
import {ClaudeDetector} from '../../src/detect/detect.js'
import {isAtLeast, parseVersion} from '../../src/detect/version.js'
import {settingsOf} from '../../src/settings.js'

const NEW = {stdout: '2.1.330 (Claude Code)\n'}
const detect = (runner: FakeRunner, env: Record<string, string> = {PATH: '/bin'}, section: object = {}) =>
  new ClaudeDetector(runner).detect(settingsOf(section as Record<string, unknown>), env)
const NOT_LOGGED_IN = {exitCode: 1, stdout: '{"loggedIn": false}'}

describe('ClaudeDetector', () => {
  it('reads version and login', async () => {
    const runner = new FakeRunner().on(['claude', '--version'], NEW).on(['claude', 'auth', 'status'], {stdout: '{"loggedIn": true}'})
    expect(await detect(runner)).to.deep.equal({installed: true, version: '2.1.330', loggedIn: true, problem: null})
    for (const call of runner.calls) expect(call.options).to.deep.include({env: {PATH: '/bin'}})
  })

  it('says that nobody is logged in, whatever the exit code', async () => {
    const runner = new FakeRunner()
      .on(['claude', '--version'], NEW)
      .on(['claude', 'auth', 'status'], {exitCode: 1, stdout: '{"loggedIn": false}'})
    expect(await detect(runner))
      .to.deep.include({loggedIn: false})
      .and.have.property('problem')
      .that.includes('claude auth login')
  })

  it('takes a key or token in the environment for a login, without asking', async () => {
    for (const name of ['ANTHROPIC_API_KEY', 'CLAUDE_CODE_OAUTH_TOKEN', 'CLAUDE_CODE_USE_BEDROCK']) {
      const runner = new FakeRunner().on(['claude', '--version'], NEW)
      expect(await detect(runner, {[name]: 'x'}), name).to.include({loggedIn: true, problem: null})
    }
  })

  it('takes a credential of the configuration for a login', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'orch-detect-'))
    const tokenFile = join(folder, 'token')
    const found = (section: object) => {
      const runner = new FakeRunner().on(['claude', '--version'], NEW).on(['claude', 'auth', 'status'], NOT_LOGGED_IN)
      return detect(runner, {PATH: '/bin'}, section)
    }
    try {
      await writeFile(tokenFile, 'SECRET-TOKEN\n')
      for (const section of [{apiKeyHelper: 'print-key'}, {tokenFile}, {env: {ANTHROPIC_API_KEY: 'k'}}])
        expect(await found(section), Object.keys(section).join()).to.include({loggedIn: true, problem: null})
      await writeFile(tokenFile, ' \n')
      for (const [path, why] of [
        [tokenFile, 'it is empty'],
        [join(folder, 'nowhere'), 'there is no such file'],
      ] as const) {
        const {loggedIn, problem} = await found({tokenFile: path})
        expect(loggedIn).to.equal(false)
        expect(problem).to.include(path).and.include(why).and.include('claude setup-token')
      }
    } finally {
      await rm(folder, {recursive: true, force: true})
    }
  })

  it('asks for the login in the environment a start would have', async () => {
    const runner = new FakeRunner().on(['claude', '--version'], NEW).on(['claude', 'auth', 'status'], {stdout: '{"loggedIn": true}'})
    await detect(runner, {PATH: '/bin'}, {env: {CLAUDE_CONFIG_DIR: '/other'}})
    expect(runner.calls.at(-1)!.options.env).to.deep.equal({PATH: '/bin', CLAUDE_CONFIG_DIR: '/other'})
  })

  it('does not know a login it was not told of', async () => {
    for (const answer of [{stdout: 'error: unknown command'}, {timedOut: true, exitCode: null}]) {
      const runner = new FakeRunner().on(['claude', '--version'], NEW).on(['claude', 'auth', 'status'], answer)
      expect(await detect(runner)).to.include({loggedIn: null, problem: null})
    }
  })

  it('says what stands in the way: not there, broken, too old', async () => {
    const problem = async (answer: object) => detect(new FakeRunner().on(['claude', '--version'], answer))
    expect(await problem({notStarted: true, exitCode: null}))
      .to.include({installed: false})
      .and.have.property('problem')
      .that.includes('npm install')
    expect(await problem({exitCode: 1, stderr: 'Segmentation fault'}))
      .to.have.property('problem')
      .that.includes('Segmentation fault')
    expect(await problem({exitCode: null, timedOut: true}))
      .to.have.property('problem')
      .that.includes('no answer')
    expect(await problem({stdout: '2.0.60 (Claude Code)'}))
      .to.include({version: '2.0.60'})
      .and.have.property('problem')
      .that.includes('too old')
  })
})

describe('versions of Claude Code', () => {
  it('are read and compared by number', () => {
    expect(parseVersion('2.1.330 (Claude Code)')).to.deep.equal([2, 1, 330])
    expect(parseVersion('claude: not found')).to.equal(null)
    expect(isAtLeast([2, 1, 101], [2, 1, 101])).to.equal(true)
    expect(isAtLeast([2, 1, 99], [2, 1, 101])).to.equal(false)
    expect(isAtLeast([3, 0, 0], [2, 1, 101])).to.equal(true)
    expect(isAtLeast([2, 0, 900], [2, 1, 101])).to.equal(false)
  })
})
