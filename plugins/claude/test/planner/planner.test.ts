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
function world(answers: Partial<RunResult>[], settings: Record<string, unknown> = {}) {
  const clock = new FakeClock()
  let count = 0
  const runner = new FakeRunner().on(['claude', '--print'], () => answers[count++] ?? {exitCode: 99})
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
  return {runner, outline, progress, clock}
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
    const {outline, runner} = world([GOOD], {plannerBudgetUsd: 5, plannerModel: 'opus'})
    await outline()
    const {args, options} = runner.calls[0]!
    expect(options).to.include({input: 'THE SPEC', timeoutMs: 300_000})
    expect(options.env).to.not.have.property('CLAUDECODE')
    expect(options.cwd).to.include('orch-plan-')
    expect(args.join('\n')).to.not.include('THE SPEC')
    expect(args.join(' ')).to.include('--max-budget-usd 5 --model opus').and.include('--safe-mode')
  })

  it('tries three times, with a pause, then says every reason', async () => {
    const {outline, runner, clock, progress} = world([
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
    expect(runner.calls).to.have.length(3)
    expect(clock.monotonic() - began).to.be.at.least(6_000)
    expect(progress).to.have.length(6)
  })

  it('goes on after a failure that passed', async () => {
    const {outline, runner} = world([{exitCode: 1, stderr: 'API Error: 529'}, GOOD])
    expect((await outline()).value).to.have.property('title', 'A clock')
    expect(runner.calls).to.have.length(2)
  })

  it('does not believe "success": a limit is told by is_error and the exit code, and is not tried again', async () => {
    const limit = result({is_error: true, result: "You've hit your 5-hour limit · resets 7:05pm (UTC)", api_error_status: 429})
    for (const answer of [
      {...limit, exitCode: 1},
      {...result({is_error: true, result: 'Invalid API key', api_error_status: 401}), exitCode: 1},
      {...result({subtype: 'error_max_budget_usd', is_error: true}), exitCode: 1},
      {exitCode: null, notStarted: true},
    ]) {
      const {outline, runner} = world([answer, GOOD])
      expect((await outline()).error).to.have.property('code', 'ORCH_PLANNER_FAILED')
      expect(runner.calls).to.have.length(1)
    }
  })
})
