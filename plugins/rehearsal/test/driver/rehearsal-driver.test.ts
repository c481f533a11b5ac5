import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {hasCode, type LaunchRequest} from '@orch/plugin-kit'
import {runPlugin, testPorts} from '@orch/plugin-kit/testing'
import {expect} from 'chai'
import register from '../../src/hooks/register.js'
import {OPTIONS_SCHEMA, RehearsalDriver, readOptions, type PlayerConfig} from '../../src/index.js'
import {ajvSchemas} from '../support/ajv-schemas.js'

describe('RehearsalDriver', () => {
  let folder: string
  let driver: RehearsalDriver

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'rehearsal-driver-'))
    driver = new RehearsalDriver({schemas: ajvSchemas(), hookCommand: ['/node', '/hook.js'], player: '/p/main.js', version: '1.2.3'})
  })

  afterEach(async () => {
    await rm(folder, {recursive: true, force: true})
  })

  const request = (change: Partial<LaunchRequest> = {}): LaunchRequest => ({
    project: {id: 'p_1', name: 'demo', repository: folder},
    agent: {id: 'a_1', role: 'tester', title: 'Tester'},
    run: {id: 'r_1', token: 't'},
    conversation: 'c',
    resume: false,
    worktree: '/w',
    directory: '/state/a_1',
    briefing: '/state/a_1/briefing.md',
    firstPrompt: 'Start.',
    env: {ORCH_PLAN: '/state/plan.json', ORCH_TEAM: 'tester,developer', ORCH_OWES: 'report'},
    settings: {},
    options: {},
    readable: [],
    ...change,
  })
  const launch = async (change: Partial<LaunchRequest> = {}) => {
    const {command, files, readyTimeoutMs} = await driver.launch(request(change))
    return {command, readyTimeoutMs, file: files[0]!, config: JSON.parse(files[0]!.content) as PlayerConfig}
  }
  const problemsOf = async (change: Partial<LaunchRequest>) => {
    const error: unknown = await driver.launch(request(change)).catch((caught: unknown) => caught)
    if (!hasCode(error, 'ORCH_CONFIG')) throw new Error(`not refused: ${String(error)}`)
    return error.details.problems.join('\n')
  }

  it('is registered with its configuration', async () => {
    const {capabilities} = await runPlugin({register}, {ports: testPorts({schemas: ajvSchemas()})})
    const registered = capabilities.require('agent:rehearsal')
    expect(registered).to.include({kind: 'rehearsal', usesOauthPort: false, real: false, exitText: '/exit'})
    expect((await registered.detect({}, {})).version).to.match(/^\d+\.\d+\.\d+$/)
    const spec = await registered.launch(request())
    expect(spec.command.argv.slice(1)).to.deep.equal([spec.command.argv[1], '--config', '/state/a_1/rehearsal.json'])
    expect(spec.command.argv[1]).to.match(/rehearsal\/(src|dist)\/player\/main\.js$/)
  })

  it('knows a conversation by its transcript, and the refusals of its player', async () => {
    const place = {conversation: 'c', transcript: null, directory: folder, env: {}}
    expect(await driver.hasConversation(place)).to.equal(false)
    await writeFile(path.join(folder, 'c.jsonl'), '')
    expect(await driver.hasConversation(place)).to.equal(true)
    expect(driver.refusalOf('Error: Session ID c is already in use.\nPane is dead (status 1)')).to.equal('exists')
    expect(driver.refusalOf('No conversation found with session ID: c')).to.equal('missing')
    expect(driver.refusalOf('❯')).to.equal(null)
  })

  it('hands everything over in one file', async () => {
    const {command, file, config} = await launch()
    expect(command.argv).to.deep.equal([process.execPath, '/p/main.js', '--config', '/state/a_1/rehearsal.json'])
    expect(file.path).to.equal('/state/a_1/rehearsal.json')
    expect(config).to.deep.include({
      role: 'tester',
      plan: '/state/plan.json',
      team: ['tester', 'developer'],
      owes: 'report',
      script: null,
      hookCommand: ['/node', '/hook.js'],
      resume: false,
      firstPrompt: 'Start.',
    })
    const bare = await launch({env: {ORCH_OWES: 'everything'}})
    expect(bare.config).to.deep.include({plan: null, team: [], owes: null})
  })

  it('takes the script of the role, relative to the repository; a role without one has none', async () => {
    await mkdir(path.join(folder, 'play'))
    await writeFile(path.join(folder, 'play', 'tester.yaml'), 'steps:\n  - say: hello\n')
    const {config} = await launch({settings: {scripts: 'play'}})
    expect(config.script).to.deep.equal({
      file: path.join(folder, 'play', 'tester.yaml'),
      steps: [{kind: 'say', args: {text: 'hello'}, line: 2}],
      onRejected: null,
    })
    expect((await launch({settings: {scripts: 'play'}, agent: {id: 'a', role: 'developer', title: 'D'}})).config.script).to.equal(null)
  })

  it('refuses what it cannot play before anything starts', async () => {
    await writeFile(path.join(folder, 'tester.yaml'), 'steps:\n  - sing: x\n')
    expect(await problemsOf({settings: {scripts: '.'}})).to.match(/tester\.yaml:2: steps\.0\.sing/)
    expect(await problemsOf({settings: {scripts: 'missing'}})).to.contain('missing is not a folder')
    expect(await problemsOf({settings: {sped: 1}})).to.contain('rehearsal.sped: unknown key')
    expect(await problemsOf({settings: {speed: -1}})).to.contain('rehearsal.speed')
    expect(await problemsOf({settings: {faults: {signal: 'SIGWINCH'}}})).to.contain('rehearsal.faults.signal')
    expect(await problemsOf({settings: {faults: {exitCode: 256}, dialogs: {trust: 'yes'}}})).to.contain('rehearsal.dialogs.trust')
  })

  it('gives a slow start more time', async () => {
    const slow = await launch({settings: {startDelayMs: 7_000, faults: {hookDelayMs: 500}}})
    expect(slow.readyTimeoutMs - (await launch()).readyTimeoutMs).to.equal(7_500)
  })

  it('has the same defaults in the schema as in the code', () => {
    const filled = {}
    expect(ajvSchemas().check(OPTIONS_SCHEMA, filled)).to.deep.equal([])
    const plain = readOptions({}, {check: () => []})
    expect(readOptions(filled, ajvSchemas())).to.deep.equal(plain)
    expect(readOptions({}, ajvSchemas())).to.deep.equal(plain)
  })
})
