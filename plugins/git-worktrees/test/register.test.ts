import {expect} from 'chai'
import {COMMAND_MARK} from '@orch/plugin-kit'
import {FakeClock, FakeRunner, MemoryLogger, runPlugin, testPorts} from '@orch/plugin-kit/testing'
import {gitCheck, signingCheck} from '../src/doctor-check.js'
import {Git} from '../src/git/git.js'
import register from '../src/hooks/register.js'

describe('register', () => {
  it('offers the capability', async () => {
    const processes = new FakeRunner().on(['git'], {stdout: 'git version 2.45.1\n'})
    const plugin = await runPlugin({register}, {ports: testPorts({processes})})
    expect(await plugin.capabilities.require('workspace').version()).to.equal('2.45.1')
  })
})

describe('git', () => {
  it('carries the mark of its supervisor, which the next one looks for', async () => {
    const processes = new FakeRunner().on(['git'], {stdout: 'git version 2.45.1\n'})
    const ports = testPorts({processes})
    await (await runPlugin({register}, {ports})).capabilities.require('workspace').version()
    expect(processes.calls[0]!.options.env).to.include({[COMMAND_MARK]: ports.paths.data})
  })
})

describe('doctor check of git', () => {
  it('tells the version, or what to install', async () => {
    expect(await gitCheck({version: async () => '2.45.1'}).run()).to.deep.equal([{name: 'git', verdict: 'ok', what: 'git 2.45.1'}])
    const processes = new FakeRunner().on(['git'], {exitCode: null, notStarted: true})
    const plugin = await runPlugin({register}, {ports: testPorts({processes})})
    const [line] = await gitCheck(plugin.capabilities.require('workspace')).run()
    expect(line).to.include({verdict: 'failed'})
    expect(line!.remedy).to.contain('apt install git')
  })
})

describe('doctor check of commit signing', () => {
  const check = (answer: object) => {
    const processes = new FakeRunner().on(['git'], answer)
    return signingCheck(new Git({processes, clock: new FakeClock(), logger: new MemoryLogger(), env: {}})).run()
  }

  it('says what to set where every commit is signed, and nothing otherwise', async () => {
    const [line] = await check({stdout: 'true\n'})
    expect(line).to.include({verdict: 'note'})
    expect(line!.remedy).to.contain('GPG_TTY').and.contain('commit.gpgSign false')
    expect(await check({stdout: 'false\n'})).to.deep.equal([])
    expect(await check({exitCode: 1})).to.deep.equal([])
    expect(await check({exitCode: null, notStarted: true})).to.deep.equal([])
  })
})
