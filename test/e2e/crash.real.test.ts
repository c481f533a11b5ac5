import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {expect} from 'chai'
import {ROOT, Sandbox} from '../support/sandbox.js'

interface Outcome {
  readonly id: string
  readonly state: string
  readonly verified: boolean
  readonly merged: readonly {readonly role: string}[]
  readonly reason: string | null
}

interface Status {
  readonly projects: readonly {
    readonly id: string
    readonly state: string
    readonly agents: readonly {readonly role: string; readonly pid: number | null; readonly restarts: number}[]
  }[]
}

/** Moments at which the supervisor is killed; the whole is `npm run soak`. */
const KILLS = Number(process.env['ORCH_SOAK_KILLS'] ?? 5)

describe('a supervisor killed with SIGKILL', function () {
  this.timeout(240_000)
  let sandbox: Sandbox

  beforeEach(() => {
    sandbox = new Sandbox({ORCH_CONFIG_REHEARSAL__SCRIPTS: join(ROOT, 'examples/quickstart/scripts')})
  })

  afterEach(() => sandbox.remove())

  it(`finishes the run after ${KILLS} kills at random moments, and disturbs no agent`, async () => {
    const repository = sandbox.repository('repo', join(ROOT, 'examples/quickstart/repository'))
    const running = sandbox.json<Outcome>([
      'run',
      join(ROOT, 'examples/quickstart/spec.md'),
      '--project',
      repository,
      '--agent',
      'rehearsal',
      '--accept',
      'node test/acceptance.js',
      '--yes',
      '--wait',
    ])
    let over = false
    void running.finally(() => (over = true))
    let kills = 0
    while (!over && kills < KILLS) {
      await sleep(200 + Math.random() * 1_200)
      const pid = await sandbox.supervisorPid()
      if (pid === null || over) continue
      process.kill(pid, 'SIGKILL')
      kills += 1
    }
    const {data, error, code, stderr} = await running
    expect(data?.state, `${JSON.stringify(data ?? error)} ${stderr}`).to.equal('completed')
    expect(code).to.equal(0)
    expect(data.verified).to.equal(true)
    expect(kills).to.be.greaterThan(0)
    const {data: status} = await sandbox.json<Status>(['status', data.id])
    expect(status.projects[0]!.agents.map(({restarts}) => restarts)).to.deep.equal([0, 0, 0, 0])
    expect(sandbox.git(repository, 'fsck', '--strict')).to.equal('')
  })
})
