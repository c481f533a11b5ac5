import {setTimeout as sleep} from 'node:timers/promises'
import {expect} from 'chai'
import {Sandbox} from '../support/sandbox.js'

interface Event {
  readonly type: string
  readonly data: {readonly cause?: string; readonly step?: string; readonly to?: string}
}

interface Status {
  readonly projects: readonly {
    readonly state: string
    readonly agents: readonly {readonly role: string; readonly state: string; readonly vitals: {readonly rssBytes: number} | null}[]
  }[]
}

describe('the health of a team', function () {
  this.timeout(180_000)
  let sandbox: Sandbox

  beforeEach(() => {
    sandbox = new Sandbox()
    sandbox.write(
      'config/.orchrc.json',
      JSON.stringify({
        health: {lookSeconds: 0.5, quietSeconds: 1, stuckMinutes: 0.05, ladderMinutes: 0.02},
        rehearsal: {scripts: sandbox.path('scripts')},
      }),
    )
    sandbox.write('scripts/orchestrator.yaml', 'steps:\n  - say: I stay here.\n')
  })

  afterEach(() => sandbox.remove())

  it('notices an agent that hangs, tries words first, then starts it again in its conversation, and the work is done', async () => {
    sandbox.write(
      'scripts/developer.yaml',
      [
        'steps:',
        "  - write: {path: one.txt, content: 'one'}",
        '  - commit: {message: Add one, paths: [one.txt]}',
        '  - hang: {}',
        "  - done: {message: 'one is there'}",
        '',
      ].join('\n'),
    )
    const repository = sandbox.repository()
    const spec = sandbox.write('spec.md', 'Add a file one.txt.\n')
    const running = sandbox.json<{id: string; state: string; reason: string | null}>([
      ...['run', spec, '--project', repository, '--agent', 'rehearsal', '--roles', 'developer', '--yes', '--wait'],
    ])
    const vitals = await eventually(async () => {
      const {data} = await sandbox.json<Status>(['status'])
      return data.projects[0]?.agents.find(({role, state}) => role === 'developer' && state === 'stuck')?.vitals ?? undefined
    })
    expect(vitals.rssBytes).to.be.greaterThan(1_000_000)
    const {data, error} = await running
    expect(data?.state, JSON.stringify(data ?? error)).to.equal('completed')
    const events = (await sandbox.orch(['events', data.id, '--json'])).stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Event)
    const steps = events.flatMap(({type, data: {cause, step}}) => (type === 'incident' && cause === 'stuck' ? [step] : []))
    expect(steps).to.deep.equal(['seen', 'nudge', 're-brief', 'restart', 'over'])
    expect(sandbox.git(repository, 'log', '--format=%s', '--no-merges', `main..${branchOf(repository)}`)).to.equal('Add one')
  })

  it('adds, restarts and stops agents, and takes away what was left behind', async () => {
    for (const role of ['developer', 'tester']) sandbox.write(`scripts/${role}.yaml`, 'steps:\n  - think: {text: long, ms: 600000}\n')
    const repository = sandbox.repository()
    const spec = sandbox.write('spec.md', 'Add a file.\n')
    const {data: run} = await sandbox.json<{id: string}>([
      'run',
      spec,
      '--project',
      repository,
      '--agent',
      'rehearsal',
      '--roles',
      'developer',
      '--yes',
    ])
    const before = await agent(run.id, 'developer')
    expect((await sandbox.json(['agent', 'add', run.id, 'tester'])).code).to.equal(0)
    expect((await sandbox.json(['agent', 'add', run.id, 'tester'])).error).to.include({code: 'ORCH_CLASH', exit: 4})
    expect((await sandbox.json(['agent', 'add', run.id, 'no-such-role'])).error).to.include({code: 'ORCH_NOT_FOUND', exit: 3})
    await eventually(async () => ((await agent(run.id, 'tester')).state === 'working' ? true : undefined))
    expect((await sandbox.json(['agent', 'restart', run.id, 'developer'])).code).to.equal(0)
    const again = await eventually(async () => {
      const found = await agent(run.id, 'developer')
      return found.state === 'working' && found.pid !== before.pid ? found : undefined
    })
    expect(again.pane).to.equal(before.pane)
    const standing = await sandbox.json<{agents: {role: string; alive: boolean}[]}>(['resume', run.id, '--status-only'])
    expect(standing.data.agents.map(({role, alive}) => `${role} ${alive}`)).to.include.members(['developer true', 'tester true'])
    await sandbox.json(['agent', 'stop', run.id, 'developer'])
    expect(await agent(run.id, 'developer')).to.include({state: 'stopped'})
    const lock = `${sandbox.git(again.worktree, 'rev-parse', '--absolute-git-dir')}/index.lock`
    sandbox.write(lock.slice(sandbox.folder.length + 1), '')
    const {data: doctor} = await sandbox.json<{leftovers: {id: string}[]; fixed: {id: string; done: boolean}[]}>(['doctor', '--fix'])
    expect(doctor.leftovers.map(({id}) => id)).to.deep.equal([lock])
    expect(doctor.fixed).to.deep.include({kind: 'lock', id: lock, done: true, what: 'removed'})
  })

  const agent = async (project: string, role: string) =>
    (await sandbox.json<{state: string; pid: number; pane: string; worktree: string}>(['agent', 'show', project, role])).data
  const branchOf = (repository: string) => sandbox.git(repository, 'for-each-ref', '--format=%(refname)', 'refs/heads/orch/*/integration')

  async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
    const end = performance.now() + 60_000
    for (;;) {
      const found = await look()
      if (found !== undefined) return found
      if (performance.now() > end) throw new Error('it did not come')
      await sleep(100)
    }
  }
})
