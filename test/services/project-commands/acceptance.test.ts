import {expect} from 'chai'
import {FakeClock, FakeRunner} from '@orch/plugin-kit/testing'
import {splitCommand} from '../../../src/adapters/command-line.js'
import {holds} from '../../../src/domain/merge.js'
import {Acceptance} from '../../../src/services/project-commands/acceptance.js'
import {CommandRunner} from '../../../src/services/project-commands/run-command.js'
import {failureOf, refusal} from '../../support/failure.js'
import {aWorld} from '../../support/world.js'

describe('Acceptance', () => {
  const context = {
    cwd: '/scratch',
    env: {PATH: '/bin'},
    timeoutMs: 1000,
    afterRole: 'developer',
    signal: new AbortController().signal,
    changed: async (): Promise<readonly string[]> => [],
  }
  const acceptance = (processes: FakeRunner, clock = new FakeClock()) =>
    new Acceptance(new CommandRunner({...aWorld(), processes, clock, split: splitCommand}))

  it('runs every command where it is told, and keeps what each showed', async () => {
    const clock = new FakeClock()
    const processes = new FakeRunner()
      .on(['npm', 'test'], {exitCode: 1, stdout: 'out\n', stderr: 'err\n'})
      .on(['npm', 'run', 'lint'], {stdout: 'clean'})
    const evidence = await acceptance(processes, clock).run(['npm test', 'npm run lint'], context)
    expect(evidence).to.deep.equal([
      {command: 'npm test', exitCode: 1, tookMs: 0, output: 'out\nerr', afterRole: 'developer'},
      {command: 'npm run lint', exitCode: 0, tookMs: 0, output: 'clean', afterRole: 'developer'},
    ])
    expect(processes.calls[0]!.options).to.include({cwd: '/scratch', timeoutMs: 1000})
    expect(holds(evidence)).to.equal(false)
    expect(holds(evidence.slice(1))).to.equal(true)
  })

  it('counts tests in the whole output, not in what is kept of it', async () => {
    const processes = new FakeRunner().on(['cargo', 'test'], {stdout: `running 40 tests\n${'x'.repeat(9_000)}\nrunning 0 tests\n`})
    const [evidence] = await acceptance(processes).run(['cargo test'], context)
    expect(evidence).to.include({tests: 40})
  })

  it('says when a command was not there, or took too long', async () => {
    const processes = new FakeRunner()
      .on(['absent'], {exitCode: null, notStarted: true})
      .on(['slow'], {exitCode: null, signal: 'SIGTERM', timedOut: true, stdout: 'half'})
    const evidence = await acceptance(processes).run(['absent', 'slow'], context)
    expect(evidence.map(({exitCode, output}) => [exitCode, output])).to.deep.equal([
      [null, 'absent could not be started'],
      [null, 'half\nended after 1000 ms'],
    ])
    expect(holds(evidence)).to.equal(false)
  })

  it('takes no result of a command that changes tracked files, and runs none after it', async () => {
    const processes = new FakeRunner().on(['npm'], {}).on(['lint'], {})
    const evidence = await acceptance(processes).run(['npm test', 'lint'], {...context, changed: async () => ['lib.js']})
    expect(evidence.map(({command, exitCode, changed}) => [command, exitCode, changed])).to.deep.equal([['npm test', 0, ['lib.js']]])
    expect(holds(evidence)).to.equal(false)
  })

  it('keeps the end of a long output', async () => {
    const processes = new FakeRunner().on(['loud'], {exitCode: 1, stdout: `${'x'.repeat(100_000)}the reason`})
    const [only] = await acceptance(processes).run(['loud'], context)
    expect(only!.output).to.match(/the reason$/)
    expect(only!.output.length).to.be.lessThan(5000)
  })

  it('breaks off with its signal, and judges nothing', async () => {
    const abort = new AbortController()
    const processes = new FakeRunner().on(['one'], () => {
      abort.abort(new Error('paused'))
      return {exitCode: null, signal: 'SIGTERM'}
    })
    const failure = await failureOf(acceptance(processes).run(['one', 'two'], {...context, signal: abort.signal}))
    expect(failure.message).to.equal('paused')
    expect(processes.calls).to.have.length(1)
  })

  it('runs no shell', async () => {
    await refusal('ORCH_USAGE', acceptance(new FakeRunner()).run(['npm test && rm x'], context))
  })
})
