import {expect} from 'chai'
import type {LaunchRequest, ProcessRunner} from '@orch/plugin-kit'
import {FakeClock, testPorts} from '@orch/plugin-kit/testing'
import {ClaudeDriver} from '../../src/driver.js'
import {StartTurns} from '../../src/launch/start-turns.js'

describe('StartTurns', () => {
  let clock: FakeClock
  let turns: StartTurns
  let gone: string[]

  beforeEach(() => {
    clock = new FakeClock()
    turns = new StartTurns(clock)
    gone = []
  })
  const take = (name: string, gapMs = 2_000) => turns.take(gapMs).then(() => gone.push(name))

  it('lets starts go in order, the time apart', async () => {
    for (const name of ['a', 'b', 'c']) void take(name)
    await clock.advance(0)
    expect(gone).to.deep.equal(['a'])
    await clock.advance(1_999)
    expect(gone).to.deep.equal(['a'])
    await clock.advance(1)
    expect(gone).to.deep.equal(['a', 'b'])
    await clock.advance(2_000)
    expect(gone).to.deep.equal(['a', 'b', 'c'])
  })

  it('lets the next one go as soon as the one before is up, and only that one', async () => {
    for (const name of ['a', 'b', 'c']) void take(name)
    await clock.advance(500)
    turns.isUp()
    await clock.advance(0)
    expect(gone).to.deep.equal(['a', 'b'])
    await clock.advance(1_999)
    expect(gone).to.deep.equal(['a', 'b'])
    await clock.advance(1)
    expect(gone).to.deep.equal(['a', 'b', 'c'])
  })

  it('lets all go at once without a time between them', async () => {
    await Promise.all(['a', 'b'].map((name) => take(name, 0)))
    expect(gone).to.deep.equal(['a', 'b'])
  })
})

describe('a start by ClaudeDriver', () => {
  const request = {
    project: {id: 'p_1', name: 'demo', repository: '/r'},
    agent: {id: 'a_1', role: 'developer', title: 'Developer'},
    run: {id: 'r_1', token: 'token'},
    conversation: '6f1d3f5e-5d53-4a52-9a52-0123456789ab',
    resume: false,
    worktree: '/nonexistent/w',
    directory: '/nonexistent/d',
    briefing: '/nonexistent/d/briefing.md',
    firstPrompt: 'Begin.',
    env: {HOME: '/nonexistent/home', PATH: '/bin'},
    settings: {},
    options: {},
    readable: [],
  } satisfies LaunchRequest

  it('goes when the agent before it reports that it is up, before the seconds between two starts are over', async () => {
    const clock = new FakeClock()
    const version = {exitCode: 0, signal: null, stdout: '2.1.332 (Claude Code)', stderr: '', timedOut: false, notStarted: false}
    const processes = {run: async () => version} as unknown as ProcessRunner
    const driver = new ClaudeDriver(testPorts({clock, processes}))
    await driver.launch(request)
    let gone = false
    const second = driver.launch(request).then(() => (gone = true))
    driver.interpret({event: 'Stop', payload: {}})
    await clock.advance(1_000)
    expect(gone).to.equal(false)
    driver.interpret({event: 'SessionStart', payload: {source: 'startup', session_id: request.conversation, cwd: request.worktree}})
    await second
  })
})
