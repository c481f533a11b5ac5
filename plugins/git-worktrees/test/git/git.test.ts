import {expect} from 'chai'
import {hasCode} from '@orch/plugin-kit'
import {FakeClock, FakeRunner, MemoryLogger} from '@orch/plugin-kit/testing'
import {BACK_OFF_MS} from '../../src/git/contention.js'
import {Git} from '../../src/git/git.js'

const LOCKED = "fatal: Unable to create '/r/.git/index.lock': File exists.\n\nAnother git process seems to be running"

describe('Git', () => {
  const clock = () => new FakeClock()
  const unguarded = {guard: async () => ({env: {}}), permit: () => {}}
  const made = (runner: FakeRunner, time = clock()) =>
    new Git({processes: runner, clock: time, logger: new MemoryLogger(), env: {A: '1'}}, unguarded)
  const failing = (stderr: string) => new FakeRunner().on(['git'], {exitCode: 128, stderr})
  const codeOf = (work: Promise<unknown>) => work.then(String, (error: {code: string}) => error.code)

  it('passes the environment whole, and hooks only when asked', async () => {
    const runner = new FakeRunner().on(['git'], {stdout: 'x\n'})
    const git = made(runner)
    expect(await git.text('/', ['status'], {env: {B: '2'}})).to.equal('x')
    await git.run('/', ['status'], {hooks: true})
    expect(runner.calls[0]!.options.env).to.deep.equal({A: '1', B: '2'})
    expect(runner.calls[0]!.args).to.include('core.hooksPath=/dev/null')
    expect(runner.calls[1]!.args).to.not.include('core.hooksPath=/dev/null')
  })

  it('tries again while another process holds a lock', async () => {
    let calls = 0
    const runner = new FakeRunner().on(['git'], () => (++calls < 4 ? {exitCode: 128, stderr: LOCKED} : {stdout: 'done'}))
    const time = clock()
    const result = made(runner, time).run('/', ['merge'])
    await time.advance(50 + 100 + 200)
    expect((await result).stdout).to.equal('done')
    expect(calls).to.equal(4)
  })

  it('gives up after the back-off', async () => {
    const runner = failing(LOCKED)
    const time = clock()
    const failed = codeOf(made(runner, time).text('/', ['merge']))
    await time.advance(BACK_OFF_MS.reduce((sum, ms) => sum + ms))
    expect(await failed).to.equal('ORCH_GIT')
    expect(runner.calls).to.have.length(BACK_OFF_MS.length + 1)
  })

  it('does not repeat what failed for another reason', async () => {
    const runner = failing("fatal: cannot lock ref 'refs/heads/x': is at aa but expected bb")
    expect(await codeOf(made(runner).text('/', ['update-ref']))).to.equal('ORCH_GIT')
    expect(runner.calls).to.have.length(1)
  })

  it('says what is missing: git or the folder', async () => {
    const runner = new FakeRunner().on(['git'], {exitCode: null, notStarted: true})
    expect(await codeOf(made(runner).run('/', ['status']))).to.equal('ORCH_TOOL_MISSING')
    expect(await codeOf(made(runner).run('/nonexistent/folder', ['status']))).to.equal('ORCH_NOT_FOUND')
  })

  it('refuses a git that is too old, with both versions', async () => {
    const error = await made(new FakeRunner().on(['git'], {stdout: 'git version 2.30.2'}))
      .version()
      .catch((thrown: unknown) => thrown)
    expect(hasCode(error, 'ORCH_TOOL_MISSING') && error.message)
      .to.contain('2.34')
      .and.contain('2.30.2')
  })

  it('reports a time-out as a failure', async () => {
    const runner = new FakeRunner().on(['git'], {exitCode: null, signal: 'SIGTERM', timedOut: true})
    const error = await made(runner)
      .run('/', ['status'], {timeoutMs: 5000})
      .catch((thrown: unknown) => thrown)
    expect(hasCode(error, 'ORCH_GIT') && error.message).to.contain('within 5 s')
  })
})
