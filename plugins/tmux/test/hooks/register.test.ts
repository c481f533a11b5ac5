import {expect} from 'chai'
import {mkdir, mkdtemp, realpath, rm, symlink} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {FakeRunner, runPlugin, testPorts} from '@orch/plugin-kit/testing'
import register from '../../src/hooks/register.js'
import {tmuxCheck} from '../../src/doctor.js'
import {socketName} from '../../src/socket-name.js'

describe('register', () => {
  it('provides the terminal, with the socket of the state directory, and touches nothing', async () => {
    const runner = new FakeRunner()
    const {capabilities} = await runPlugin({register}, {ports: testPorts({processes: runner})})
    expect(capabilities.require('terminal').socket).to.equal(socketName('/nonexistent/data'))
    expect(runner.calls).to.deep.equal([])
  })
})

describe('socketName', () => {
  let root: string
  beforeEach(async () => (root = await realpath(await mkdtemp(join(tmpdir(), 'orch-socket-')))))
  afterEach(() => rm(root, {recursive: true}))

  it('is the same by every path and before the directory exists, and another elsewhere', async () => {
    const before = socketName(join(root, 'a/data'))
    await mkdir(join(root, 'a/data'), {recursive: true})
    await symlink(join(root, 'a'), join(root, 'link'))
    expect(before).to.match(/^orch-[0-9a-f]{8}$/)
    expect([
      socketName(join(root, 'a/data')),
      socketName(join(root, 'link/data/')),
      socketName(join(root, 'link/data/../data')),
    ]).to.deep.equal([before, before, before])
    expect(socketName(join(root, 'a'))).not.to.equal(before)
  })
})

describe('tmuxCheck', () => {
  it('says what there is, or what is wrong and what to do', async () => {
    const good = tmuxCheck({socket: 'orch-x', version: async () => 'tmux 3.3a', panes: async () => []})
    expect(await good.run()).to.deep.equal([{name: 'tmux', verdict: 'ok', what: 'tmux 3.3a, socket orch-x, 0 panes'}])
    const runner = new FakeRunner().on(['tmux', '-V'], {exitCode: null, notStarted: true})
    const {capabilities} = await runPlugin({register}, {ports: testPorts({processes: runner})})
    const [result] = await tmuxCheck(capabilities.require('terminal')).run()
    expect(result).to.include({verdict: 'failed'})
    expect(result!.remedy).to.contain('apt install tmux')
  })
})
