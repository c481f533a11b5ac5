import {readFileSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {eventually} from '../contract/eventually.js'
import {ROOT, Sandbox} from '../support/sandbox.js'

interface Status {
  readonly supervisor: {readonly running: boolean; readonly pid: number | null}
  readonly needsYou: readonly {readonly what: string}[]
  readonly projects: readonly {readonly id: string; readonly state: string; readonly reason: string | null}[]
}

/** Only looks are made here: `orch status` starts no supervisor, and agents that wait make no call. */
describe('a supervisor that nobody calls', function () {
  this.timeout(120_000)
  let sandbox: Sandbox

  beforeEach(() => {
    sandbox = new Sandbox({ORCH_CONFIG_REHEARSAL__SCRIPTS: join(ROOT, 'examples/quickstart/scripts')})
  })
  afterEach(async function () {
    if (this.currentTest?.isFailed()) console.error((await sandbox.orch(['events'])).stdout.slice(-5_000))
    await sandbox.remove()
  })

  const status = async () => (await sandbox.json<Status>(['status'])).data
  const pid = () => Number(readFileSync(sandbox.path('data', 'supervisor.pid'), 'utf8').split(' ')[0])
  async function start(accept: string): Promise<void> {
    const repository = sandbox.repository('repo', join(ROOT, 'examples/quickstart/repository'))
    const spec = join(ROOT, 'examples/quickstart/spec.md')
    const {code, stderr} = await sandbox.orch([
      'run',
      spec,
      '--project',
      repository,
      '--agent',
      'rehearsal',
      '--roles',
      'project-manager,developer,tester',
      '--accept',
      accept,
      '--yes',
      '--detach',
    ])
    expect(code, stderr).to.equal(0)
  }

  it('is back within ten seconds when it is killed while its idle team waits for the verification, and finishes', async () => {
    await start('sleep 6')
    await eventually(async () => expect((await status()).projects[0]).to.include({state: 'verifying'}), 60_000)
    const first = pid()
    process.kill(first, 'SIGKILL')
    const killedAt = Date.now()
    await eventually(async () => {
      const {running, pid: next} = (await status()).supervisor
      expect(running && next !== first).to.equal(true)
    }, 20_000)
    // Beside a status that is read once a second, on a machine that is busy with other tests.
    expect(Date.now() - killedAt).to.be.lessThan(15_000)
    await eventually(async () => expect((await status()).projects[0]!.state).to.equal('completed'), 60_000)
  })

  it('stays away after `orch daemon stop`, and `orch status` says what is unfinished', async () => {
    await start('sleep 30')
    expect((await sandbox.json<{how: string}>(['daemon', 'stop'])).data).to.include({how: 'asked'})
    await new Promise((resolve) => setTimeout(resolve, 7_000))
    const {supervisor, needsYou} = await status()
    expect(supervisor).to.include({running: false})
    expect(needsYou.map(({what}) => what).join()).to.include('orch daemon start')
    // A person's command starts it.
    expect((await sandbox.orch(['daemon', 'start'])).code).to.equal(0)
    expect((await status()).needsYou.map(({what}) => what).join()).not.to.include('orch daemon start')
  })

  it('can be reached again after its socket was removed, as the same process', async () => {
    const {data} = await sandbox.json<{pid: number}>(['daemon', 'start'])
    rmSync(sandbox.path('data', 'orch.sock'))
    await eventually(async () => {
      expect((await sandbox.json<object>(['daemon', 'status'])).data).to.include({answering: true, pid: data.pid})
    })
    rmSync(sandbox.path('data', 'orch.sock'))
    // A command that needs the supervisor waits for it.
    expect((await sandbox.json<{pid: number}>(['daemon', 'start'])).data.pid).to.equal(data.pid)
    rmSync(sandbox.path('data', 'orch.sock'))
    expect((await sandbox.json<{how: string; pid: number}>(['daemon', 'stop'])).data).to.deep.include({stopped: true, pid: data.pid})
  })

  it('is named, and ended, when it hangs', async () => {
    const {data} = await sandbox.json<{pid: number}>(['daemon', 'start'])
    process.kill(data.pid, 'SIGSTOP')
    const looked = await sandbox.json<{answering: boolean; pid: number}>(['daemon', 'status'])
    expect(looked.code).to.equal(69)
    expect(looked.data).to.include({answering: false, pid: data.pid})
    const stopped = await sandbox.json<{how: string; pid: number}>(['daemon', 'stop'])
    expect(stopped.code).to.equal(0)
    expect(stopped.data).to.include({how: 'terminated', pid: data.pid})
    expect((await sandbox.json(['daemon', 'status'])).data).to.deep.equal({running: false})
  })
})
