import {expect} from 'chai'
import {Sandbox} from '../support/sandbox.js'

interface Outcome {
  readonly id: string
  readonly state: string
  readonly reason: string | null
  readonly leftBehind: readonly {readonly role: string; readonly what: readonly string[]; readonly ref: string | null}[]
}

/** A role that owes no commits: notes that it does not commit, and a commit on a detached HEAD that it leaves. */
const HUB = `steps:
  - run: {argv: [git, switch, --quiet, --detach]}
  - write: {path: plan.md, content: "the plan\\n"}
  - commit: Add the plan
  - run: {argv: [git, switch, --quiet, '-']}
  - write: {path: notes.md, content: "notes\\n"}
  - send: {to: developer, text: go}
`
const WORK = 'steps:\n  - expect: {from: orchestrator}\n  - write: {path: b.txt, content: "b\\n"}\n  - commit: Add b\n  - done: b stands\n'

describe('what a role that owes no commits left', function () {
  this.timeout(120_000)
  const sandbox = new Sandbox()

  after(() => sandbox.remove())

  it('is kept under a ref and named at the end of the run, in status and in the report', async () => {
    sandbox.write('scripts/orchestrator.yaml', HUB)
    sandbox.write('scripts/developer.yaml', WORK)
    const repository = sandbox.repository()
    const spec = sandbox.write('spec.md', '# A thing\n\n- [ ] Do it\n')
    const team = ['--agent', 'rehearsal', '--planner', 'outline', '--roles', 'developer']
    const {data, error} = await sandbox.json<Outcome>(
      ['run', spec, '--project', repository, ...team, '--yes', '--wait', '--timeout', '90s'],
      {env: {ORCH_CONFIG_REHEARSAL__SCRIPTS: sandbox.path('scripts')}},
    )
    expect(data, JSON.stringify(error ?? data.reason)).to.include({state: 'completed'})
    const [{role, what, ref}] = data.leftBehind as [Outcome['leftBehind'][number]]
    expect([role, data.leftBehind.length]).to.deep.equal(['orchestrator', 1])
    expect(what.join('; ')).to.match(/^new files that are not committed: notes\.md; commits on a detached HEAD: [0-9a-f]{12}$/)
    const files = sandbox.git(repository, 'log', '--name-only', '--format=', '-m', '--first-parent', '-1', ref!)
    expect(files).to.include('notes.md')
    expect(sandbox.git(repository, 'log', '--format=%s', ref!)).to.include('Add the plan')
    for (const command of ['report', 'status'])
      expect((await sandbox.orch([command, data.id])).stdout, command)
        .to.include('Left behind: orchestrator, new files')
        .and.include(ref)
  })
})
