import {expect} from 'chai'
import {hasCode} from '@orch/plugin-kit'
import {FakeClock, FakeRunner} from '@orch/plugin-kit/testing'
import {environmentFor, scopeWords} from '../../src/control/server-environment.js'
import {TmuxProgram} from '../../src/control/tmux-program.js'

describe('TmuxProgram', () => {
  const program = (runner: FakeRunner, environment = {}) => new TmuxProgram(runner, new FakeClock(), 'orch-x', '/conf', environment)
  const versionWith = (answer: object) => program(new FakeRunner().on(['tmux', '-V'], answer)).version()

  for (const version of ['tmux 3.2', 'tmux 3.3a', 'tmux 3.10', 'tmux next-3.6', 'tmux 4.0', 'tmux master']) {
    it(`takes ${version}`, async () => expect(await versionWith({stdout: `${version}\n`})).to.equal(version))
  }

  for (const [why, answer] of [
    ['too old', {stdout: 'tmux 3.1c\n'}],
    ['too old', {stdout: 'tmux 2.9\n'}],
    ['not found', {exitCode: null, notStarted: true}],
    ['failed', {exitCode: 1, stderr: 'no library'}],
  ] as const) {
    it(`says what is wrong: ${why}`, async () => {
      const failure: unknown = await versionWith(answer).catch((error: unknown) => error)
      expect(hasCode(failure, 'ORCH_TOOL_MISSING') && failure.message).to.contain(why)
    })
  }

  it('keeps commands out of the process list', async () => {
    const runner = new FakeRunner().on(['tmux'])
    await program(runner).run('set-environment TOKEN secret', 1000)
    expect(runner.calls[0]).to.deep.include({args: ['-u', '-N', '-L', 'orch-x', 'source-file', '-']})
    expect(runner.calls[0]!.options.input).to.equal('set-environment TOKEN secret\n')
  })

  it('tells a person where the socket is', () => {
    const words = ['tmux', '-N', '-L', 'orch-x', 'attach-session', '-t', '$1:@2']
    expect(program(new FakeRunner(), {TMUX_TMPDIR: '/t'}).attachWords('$1:@2')).to.deep.equal(['env', 'TMUX_TMPDIR=/t', ...words])
    expect(program(new FakeRunner()).attachWords('$1:@2')).to.deep.equal(['env', '-u', 'TMUX_TMPDIR', ...words])
  })
})

describe('environmentFor', () => {
  it('hands on what tmux needs and nothing else', () => {
    const host = {PATH: '/bin', HOME: '/h', LC_ALL: 'C', TMUX: 'outer', TMUX_PANE: '%9', CLAUDECODE: '1', TOKEN: 's', SHELL: undefined}
    expect(environmentFor(host)).to.deep.equal({PATH: '/bin', HOME: '/h', LC_ALL: 'C', TERM: 'xterm-256color'})
  })
})

describe('scopeWords', () => {
  it('asks for a scope under systemd only', () => {
    expect(scopeWords({})).to.deep.equal([])
    expect(scopeWords({INVOCATION_ID: 'x'}, true)).to.deep.equal(['systemd-run', '--scope', '--collect', '--quiet', '--'])
    expect(scopeWords({INVOCATION_ID: 'x'}, false)).to.include('--user')
  })
})
