import {existsSync, readdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {expect} from 'chai'
import {Sandbox} from '../support/sandbox.js'
import {processesOf, signal} from './faults/processes.js'

interface Status {
  readonly unreadable: readonly {readonly id: string; readonly agents: readonly {readonly role: string; readonly pid: number}[]}[]
}

describe('a project of which no generation of the record can be read', function () {
  this.timeout(90_000)
  let sandbox: Sandbox

  afterEach(() => sandbox.remove())

  it('is shown with its agents, and ended with all its files kept', async () => {
    sandbox = new Sandbox()
    sandbox.write('scripts/developer.yaml', 'steps:\n  - think: {text: long, ms: 600000}\n')
    const args = ['run', sandbox.write('spec.md', 'Add a file.\n'), '--project', sandbox.repository(), '--agent', 'rehearsal']
    const env = {ORCH_CONFIG_REHEARSAL__SCRIPTS: sandbox.path('scripts')}
    const {data: run} = await sandbox.json<{id: string}>([...args, '--roles', 'developer', '--yes', '--detach'], {env})
    const records = sandbox.path('data', 'state', 'projects')
    const supervisors = () => processesOf(sandbox.folder).filter(({isSupervisor}) => isSupervisor)
    // An agent's hook may start another in between: it finds the same.
    for (let round = 0; round < 2; round++) {
      signal(
        supervisors().map(({pid}) => pid),
        'SIGKILL',
      )
      for (const name of readdirSync(records)) writeFileSync(join(records, name), '{"torn')
    }

    const offline = await sandbox.json<Status>(['status', run.id])
    expect(offline.data.unreadable[0]!.agents.map(({role}) => role)).to.include('developer')
    await sandbox.orch(['daemon', 'start'])
    const shown = await sandbox.orch(['status'])
    expect(shown.stdout).to.include(run.id).and.include('developer (pid').and.not.include('There is no project')
    const {data} = await sandbox.json<Status>(['status', run.id])
    const agents = data.unreadable[0]!.agents
    expect(agents.length).to.be.greaterThan(0)
    expect((await sandbox.json(['send', `${run.id}:developer`, 'hello'])).error).to.include({code: 'ORCH_STATE'})

    const stopped = await sandbox.orch(['stop', run.id])
    expect(stopped.code, stopped.stderr).to.equal(0)
    expect(stopped.stdout).to.include('unreadable')
    const end = performance.now() + 15_000
    while (agents.some(({pid}) => existsSync(`/proc/${pid}`)) && performance.now() < end) await sleep(50)
    expect(agents.filter(({pid}) => existsSync(`/proc/${pid}`))).to.deep.equal([])
    expect(readdirSync(sandbox.path('data', 'state', 'unreadable'))).to.include(`${run.id}.json`)
    expect(existsSync(sandbox.path('data', 'projects', run.id, 'worktrees', 'developer'))).to.equal(true)
    expect((await sandbox.json<Status>(['status'])).data.unreadable).to.deep.equal([])
  })
})
