import {readFileSync} from 'node:fs'
import {expect} from 'chai'
import {FakeClock, FakeRunner, testPorts} from '@orch/plugin-kit/testing'
import type {RunResult} from '@orch/plugin-kit'
import {ClaudePlanner} from '../../src/planner/planner.js'

const DRAFT = {
  title: 'A clock',
  summary: 'Shows the time.',
  type: 'web',
  technologies: [],
  phases: [
    {name: 'One', hours: 1, tasks: ['a', 'b']},
    {name: 'Two', hours: 2, tasks: ['c']},
  ],
  criteria: [],
  acceptance: [],
  size: {size: 'small', estimatedLines: 10, complexity: 'low'},
}
const result = (over: object): Partial<RunResult> => ({
  stdout: JSON.stringify({type: 'result', subtype: 'success', is_error: false, ...over}),
})
const GOOD = result({structured_output: DRAFT})

/** @param answers of `claude`, in order */
function world(answers: Partial<RunResult>[], settings: Record<string, unknown> = {}, version = '2.1.330') {
  const clock = new FakeClock()
  let count = 0
  const given: object[] = []
  const runner = new FakeRunner()
    .on(['claude', '--version'], {stdout: `${version} (Claude Code)\n`})
    .on(['claude', 'auth', 'status'], {exitCode: 1, stdout: '{"loggedIn": false}'})
    .on(['claude', '--print'], (args) => {
      given.push(JSON.parse(readFileSync(args[args.indexOf('--settings') + 1]!, 'utf8')) as object)
      return answers[count++] ?? {exitCode: 99}
    })
  const asked = () => runner.calls.filter(({args}) => args[0] === '--print')
  const schemas = {
    check: (_schema: unknown, value: unknown) => (value === DRAFT || isDraft(value) ? [] : [{path: [], message: 'is wrong'}]),
  }
  const planner = new ClaudePlanner(testPorts({clock, processes: runner, schemas}))
  const progress: string[] = []
  const outline = async () => {
    let done = false
    const made = planner
      .outline({
        spec: 'THE SPEC',
        specPath: '/s.md',
        repository: '/r',
        branch: 'main',
        env: {PATH: '/bin', CLAUDECODE: '1'},
        settings,
        onProgress: (line) => progress.push(line),
      })
      .finally(() => (done = true))
    const outcome = made.then(
      (value) => ({value, error: null}),
      (error: unknown) => ({value: null, error}),
    )
    while (!done) await clock.advance(1_000)
    return outcome
  }
  return {asked, given, planner, outline, progress, clock}
}

function isDraft(value: unknown): boolean {
  return JSON.stringify(value) === JSON.stringify(DRAFT)
}

describe('ClaudePlanner', () => {
  it('numbers the tasks of the answer', async () => {
    const {outline} = world([GOOD])
    const {value} = await outline()
    expect(value!.phases.flatMap(({tasks}) => tasks.map(({id, title}) => `${id} ${title}`))).to.deep.equal(['t1 a', 't2 b', 't3 c'])
  })

  it('hands the specification over on standard input, with a budget, a time-out and a folder of its own', async () => {
    const {outline, asked} = world([GOOD], {plannerBudgetUsd: 5, plannerModel: 'opus'})
    await outline()
    const {args, options} = asked()[0]!
    expect(options).to.include({input: 'THE SPEC', timeoutMs: 300_000})
    expect(options.env).to.not.have.property('CLAUDECODE')
    expect(options.cwd).to.include('orch-plan-')
    expect(args.join('\n')).to.not.include('THE SPEC')
    expect(args.join(' ')).to.include('--max-budget-usd 5 --model opus').and.include('--safe-mode')
  })

  it('gives the flags the version takes', async () => {
    for (const [version, safe] of [
      ['2.1.120', false],
      ['2.1.168', false],
      ['2.1.169', true],
      ['2.1.332', true],
    ] as const) {
      const {outline, asked} = world([GOOD], {}, version)
      expect((await outline()).error, version).to.equal(null)
      expect(asked()[0]!.args.includes('--safe-mode'), version).to.equal(safe)
    }
  })

  it('asks with the key of claude.apiKeyHelper, whose command is in no argument', async () => {
    const {outline, asked, given, planner} = world([GOOD], {apiKeyHelper: 'print-the-key'})
    expect(await planner.unavailable({PATH: '/bin'}, {apiKeyHelper: 'print-the-key'})).to.equal(null)
    expect((await outline()).error).to.equal(null)
    expect(given).to.deep.equal([{disableAllHooks: true, apiKeyHelper: 'print-the-key'}])
    expect(asked()[0]!.args.join(' ')).to.not.include('print-the-key')
  })

  it('cannot be used without a credential', async () => {
    expect(await world([]).planner.unavailable({PATH: '/bin'}, {})).to.include('Claude Code is not logged in')
  })

  it('tries three times, with a pause, then says every reason', async () => {
    const {outline, asked, clock, progress} = world([
      {exitCode: null, timedOut: true},
      {exitCode: 1, stderr: 'it crashed'},
      result({structured_output: {title: 7}}),
    ])
    const began = clock.monotonic()
    const {error} = await outline()
    expect(error).to.have.property('code', 'ORCH_PLANNER_FAILED')
    expect((error as Error).message)
      .to.include('too long')
      .and.include('it crashed')
      .and.include('does not fit')
    expect(asked()).to.have.length(3)
    expect(clock.monotonic() - began).to.be.at.least(6_000)
    expect(progress).to.have.length(6)
  })

  it('goes on after a failure that passed', async () => {
    const {outline, asked} = world([{exitCode: 1, stderr: 'API Error: 529'}, GOOD])
    expect((await outline()).value).to.have.property('title', 'A clock')
    expect(asked()).to.have.length(2)
  })

  it('does not believe "success": a limit is told by is_error and the exit code, and is not tried again', async () => {
    const limit = result({is_error: true, result: "You've hit your 5-hour limit · resets 7:05pm (UTC)", api_error_status: 429})
    for (const answer of [
      {...limit, exitCode: 1},
      {...result({is_error: true, result: 'Invalid API key', api_error_status: 401}), exitCode: 1},
      {...result({subtype: 'error_max_budget_usd', is_error: true}), exitCode: 1},
      {exitCode: null, notStarted: true},
      {exitCode: 1, stderr: "error: unknown option '--safe-mode'\n"},
    ]) {
      const {outline, asked} = world([answer, GOOD])
      expect((await outline()).error).to.have.property('code', 'ORCH_PLANNER_FAILED')
      expect(asked()).to.have.length(1)
    }
  })
})
