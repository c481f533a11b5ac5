import {readFileSync, readdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {expect} from 'chai'
import {ROOT, Sandbox} from '../support/sandbox.js'

const FIXTURES = join(ROOT, 'test', 'fixtures', 'broken-plugins')

/** Each fixture has one fault. What a person is told of those that show when orch starts, */
const AT_START: Readonly<Record<string, RegExp>> = {
  'agent-incomplete': /provides agent:half without a function prepareRepository/,
  'agent-twice': /takes the capability agent:claude, which is that of @orch\/plugin-claude$/,
  'capability-twice': /takes the capability terminal, which is that of @orch\/plugin-tmux/,
  'check-no-function': /brings the check broken without a function run/,
  'command-exits': /cannot load its command leave: it calls process\.exit\(9\) .*\(commands\/leave\.js:1\)/,
  'command-throws': /cannot load its command boom: no such terminal \(commands\/boom\.js:1\)/,
  'hook-file-missing': /names \.\/beforeMerge\.js for beforeMerge in its package\.json, and there is no such file/,
  'import-dependency': /cannot load register: Cannot find package 'is-not-installed' imported from register\.js/,
  'import-exits': /cannot load register: it calls process\.exit\(0\) while it is loaded \(register\.js:1\)/,
  'import-hangs': /was not loaded within 5 s/,
  'import-syntax': /cannot load register: Unexpected token '=>' \(register\.js:2\)/,
  'import-throws': /cannot load register: no licence \(register\.js:2\)/,
  'method-no-handler': /brings the method broken\.say without a function handler or stream/,
  'method-no-schema': /params of broken\.tell with what is no JSON Schema/,
  'method-of-core': /takes the method message\.send, which is orch's own/,
  'name-of-built-in': /has the name of a plugin that comes with orch/,
  'no-api': /must have required property 'apiVersion'/,
  'no-handler': /exports no handler of beforeBriefing/,
  'other-api': /was written for plugin API 3; this orch speaks 1 and 2/,
  'package-not-json': /cannot be read: .*JSON.*package\.json/,
  'planner-of-core': /takes the capability planner:outline, which is that of @orch\/plugin-outline/,
  'register-exits': /cannot register: it calls process\.exit\(3\) while it is loaded \(register\.js:1\)/,
  'register-hangs': /gave no answer in register within 5 s/,
  'register-nothing': /cannot register: it answered nothing/,
  'register-text': /cannot register: it answered text/,
  'register-throws': /cannot register: no such account \(register\.js:2\)/,
  'register-throws-text': /cannot register: a word/,
  'section-no-schema': /describes the configuration section broken with what is no JSON Schema/,
  'section-of-core': /takes the configuration section acceptance, which is orch's own/,
  'section-of-required': /takes the configuration section oauth, which is that of @orch\/plugin-claude-oauth/,
  'template-typo': /has a template that is not valid: .*broken\.yaml:4: extend/,
  'watcher-no-decide': /brings the watcher blind without a function decide/,
  'watcher-too-often': /watchers\.0\.everyMs must be >= 1000/,
  'templates-missing': /names .*templates for its templates, and there is neither teams\/ nor briefings\/ in it/,
}
/** of those that show when a team works, */
const AT_WORK: Readonly<Record<string, RegExp>> = {
  'briefing-text': /failed in beforeBriefing: it answered text/,
  'briefing-throws': /failed in beforeBriefing: .*JSON/,
  'merge-answers': /failed in beforeMerge: it answered false/,
  'merge-defect': /failed in beforeMerge: Cannot read properties of undefined/,
  'notify-throws': /failed in projectStateChanged: no network/,
  'spawn-takes-port': /failed in beforeAgentSpawn: it answered an object with env: env must not have the name "PORT"/,
  'watcher-endless': /failed in its watcher wrong: it decided no list of acts/,
  'watcher-false-act': /failed in its watcher cheat: act 1 \(move-project\): to must be one of blocked, waiting-credits/,
  'watcher-observe-throws': /failed in its watcher deaf: no network/,
  'watcher-runs-wild': /failed in its watcher wild: it decided 1000 acts at once, and 50 are allowed/,
  'watcher-throws': /failed in its watcher torn: .*JSON/,
  'watcher-too-much': /failed in its watcher hoarder: act 1 \(keep\): the value has 1000002 bytes of JSON, and 16384 are allowed/,
  'spawn-wrong': /failed in beforeAgentSpawn: it answered an object with args, env/,
}
/** and of those that show when orch doctor is asked. */
const AT_CHECKUP: Readonly<Record<string, RegExp>> = {
  'check-hangs': /failed in its check endless: gave no answer within 5 s/,
  'check-text': /failed in its check wordy: answered no list of findings/,
  'check-throws': /failed in its check torn: .*JSON/,
}

interface Status {
  readonly needsYou: readonly {readonly what: string; readonly project: string | null}[]
  readonly projects: readonly {readonly name: string; readonly state: string}[]
}
interface Check {
  readonly name: string
  readonly what: string
}

describe('broken plugins beside a team that works', function () {
  this.timeout(240_000)
  let sandbox: Sandbox

  before(() => (sandbox = new Sandbox()))
  after(() => sandbox.remove())

  const nameOf = (fixture: string) => {
    const text = readFileSync(join(FIXTURES, fixture, 'package.json'), 'utf8')
    return /"name": "([^"]+)"/.exec(text)![1]!
  }
  /** As `orch plugins link` leaves it. */
  const link = (fixtures: readonly string[]) => {
    const plugins = fixtures.map((fixture) => ({type: 'link', name: nameOf(fixture), root: join(FIXTURES, fixture)}))
    sandbox.write('data/package.json', JSON.stringify({name: 'orch', oclif: {schema: 1, plugins}}))
  }
  const run = (name: string, ...more: string[]) => {
    const repository = sandbox.repository(name)
    const spec = sandbox.write(`${name}/spec.md`, '# A thing\n\n- [ ] Do it\n')
    const args = ['run', spec, '--project', repository, '--name', name, '--agent', 'rehearsal', '--roles', 'developer', '--yes', '--wait']
    return sandbox.json<{state: string}>([...args, ...more])
  }
  const status = async () => (await sandbox.json<Status>(['status', '--all'])).data

  it('cover every fixture', () =>
    expect(readdirSync(FIXTURES).sort()).to.deep.equal(
      [...Object.keys(AT_START), ...Object.keys(AT_WORK), ...Object.keys(AT_CHECKUP)].sort(),
    ))

  it('are each left out with a notice, and both teams complete', async () => {
    const gate = sandbox.path('gate')
    const wait = sandbox.write('wait.sh', `until [ -e "${gate}" ]; do sleep 0.1; done\n`)
    const first = run('first', '--accept', `sh ${wait}`)
    const isRunning = async () => (await status()).projects.some(({state}) => state === 'running')
    let early: unknown = null
    void first.then((end) => (early = end))
    while (early === null && !(await isRunning())) await sleep(200)
    const before = await sandbox.supervisorPid()
    expect(early, 'the first team has work').to.equal(null)

    link(readdirSync(FIXTURES))
    const {code, stderr} = await sandbox.orch(['send', 'first:developer', 'hello'])
    expect(code, stderr).to.equal(0)
    expect(stderr, 'oclif warns at every command').to.equal('')
    expect(await sandbox.supervisorPid()).not.to.equal(before)

    const second = await run('second')
    expect(second.data?.state, JSON.stringify(second.error)).to.equal('completed')
    writeFileSync(gate, '')
    const {data, error} = await first
    expect(data?.state, JSON.stringify(error)).to.equal('completed')
  })

  it('have none of the names that are taken, as orch hooks lists them', async () => {
    const {capabilities} = (await sandbox.json<{capabilities: Readonly<Record<string, string>>}>(['hooks'])).data
    expect(capabilities).to.include({'planner:outline': '@orch/plugin-outline', 'agent:claude': '@orch/plugin-claude'})
    expect(Object.values(capabilities).join()).not.to.include('broken')
  })

  it('are named by doctor, with all of the reason, and by status', async () => {
    const {data, code} = await sandbox.json<{checks: Check[]}>(['doctor'])
    const leftOut = data.checks.filter(({name}) => name === 'plugins left out').map(({what}) => what)
    const again = (await sandbox.json<{checks: Check[]}>(['doctor'])).data.checks
    const said = again.filter(({name}) => name === 'plugins left out').map(({what}) => what)
    for (const [fixture, why] of Object.entries({...AT_START, ...AT_WORK}))
      expect(
        leftOut.find((what) => what.startsWith(`${nameOf(fixture)} `)),
        fixture,
      ).to.match(why)
    for (const [fixture, why] of Object.entries(AT_CHECKUP))
      expect(
        said.find((what) => what.startsWith(`${nameOf(fixture)} `)),
        fixture,
      ).to.match(why)
    expect(code).to.equal(1)
    const {needsYou} = await status()
    for (const fixture of readdirSync(FIXTURES)) {
      const notices = needsYou.filter(({what}) => what.startsWith(`the plugin ${nameOf(fixture)} `))
      expect(notices, fixture).to.have.length(1)
      expect(notices[0]!.what).to.include(`orch plugin enable ${nameOf(fixture)}`)
    }
  })

  it('leave nothing behind when they are removed', async () => {
    link([])
    expect((await sandbox.json(['daemon', 'start'])).code).to.equal(0)
    expect((await sandbox.json(['team', 'list'])).code).to.equal(0)
    expect((await status()).needsYou).to.deep.equal([])
    const {data} = await sandbox.json<{checks: Check[]}>(['doctor'])
    expect(data.checks.filter(({name}) => name === 'plugins left out')).to.deep.equal([])
    expect(JSON.parse(readFileSync(sandbox.path('data', 'plugin-faults.json'), 'utf8'))).to.deep.equal([])
    expect(readdirSync(sandbox.path('data', 'breadcrumbs'))).to.deep.equal([])
  })
})
