import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {expect} from 'chai'
import {ROOT, Sandbox} from '../support/sandbox.js'

interface AgentStatus {
  readonly role: string
  readonly state: string
  readonly pane: string | null
  readonly pid: number | null
  readonly exitCode: number | null
  readonly restarts: number
}

interface Status {
  readonly projects: readonly {readonly id: string; readonly state: string; readonly agents: readonly AgentStatus[]}[]
}

/** States in which an agent's process is said to live. */
const LIVING = ['ready', 'working', 'idle', 'needs-input', 'limited']

describe('orch status against the facts', function () {
  this.timeout(180_000)
  let sandbox: Sandbox
  let repository: string

  beforeEach(() => {
    sandbox = new Sandbox({ORCH_CONFIG_REHEARSAL__SCRIPTS: join(ROOT, 'examples/quickstart/scripts')})
    repository = sandbox.repository('repo', join(ROOT, 'examples/quickstart/repository'))
  })

  afterEach(() => sandbox.remove())

  const run = () =>
    sandbox.json<{id: string; state: string; reason: string | null}>([
      ...['run', join(ROOT, 'examples/quickstart/spec.md'), '--project', repository, '--agent', 'rehearsal'],
      ...['--roles', 'project-manager,developer,tester', '--accept', 'node test/acceptance.js', '--yes', '--wait'],
    ])
  const agents = async () => (await sandbox.json<Status>(['status'])).data.projects[0]?.agents ?? []

  it('is never wrong about a process in two looks that are a second apart', async () => {
    let over = false
    const running = run().finally(() => (over = true))
    const wrongBefore = new Map<string, number>()
    let looks = 0
    let slowestLookMs = 0
    while (!over) {
      const began = performance.now()
      const claimed = await agents()
      const facts = panes(sandbox)
      const now = performance.now()
      slowestLookMs = Math.max(slowestLookMs, now - began)
      for (const {role, pane, state} of claimed) {
        const alive = pane !== null && facts.get(pane) === true
        const wrong = pane !== null && facts.has(pane) && LIVING.includes(state) !== alive && state !== 'starting' && state !== 'stopped'
        if (!wrong) wrongBefore.delete(role)
        else {
          const since = wrongBefore.get(role) ?? now
          wrongBefore.set(role, since)
          // The second of the promise, and the two looks that saw it: on a busy machine they take their time.
          expect(now - since, `${role} is said to be ${state}`).to.be.lessThan(1_000 + Math.max(1_000, 2 * slowestLookMs))
        }
      }
      looks += 1
      await sleep(100)
    }
    const {data, error} = await running
    expect(data?.state, JSON.stringify(error)).to.equal('completed')
    expect(looks).to.be.greaterThan(5)
  })

  it('tells of an agent that was killed, and starts it again in its conversation', async () => {
    const running = run()
    const victim = await eventually(async () =>
      (await agents()).find(({role, state, pid}) => role === 'developer' && pid !== null && LIVING.includes(state)),
    )
    process.kill(victim.pid!, 'SIGKILL')
    const again = await eventually(async () =>
      (await agents()).find(({role, pid}) => role === 'developer' && pid !== null && pid !== victim.pid),
    )
    expect(again.restarts).to.equal(1)
    expect(again.pane).to.equal(victim.pane)
    const {data, error} = await running
    expect(data?.state, JSON.stringify(data ?? error)).to.equal('completed')
  })

  it('loses no work when the tmux server is killed under the team', async () => {
    const running = run()
    await eventually(async () =>
      (await agents()).every(({state}) => LIVING.includes(state)) && (await agents()).length > 0 ? true : undefined,
    )
    sandbox.tmux('kill-server')
    const {data, error} = await running
    expect(data?.state, JSON.stringify(data ?? error)).to.equal('completed')
    expect(sandbox.git(repository, 'fsck', '--strict')).to.equal('')
  })
})

/** Whether the process of each pane lives. */
function panes(sandbox: Sandbox): Map<string, boolean> {
  const rows = sandbox.tmux('list-panes', '-a', '-F', '#{pane_id} #{pane_dead}').split('\n').filter(Boolean)
  return new Map(rows.map((row) => row.split(' ')).map(([pane, dead]) => [pane!, dead === '0']))
}

async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  const end = performance.now() + 60_000
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > end) throw new Error('it did not come')
    await sleep(100)
  }
}
