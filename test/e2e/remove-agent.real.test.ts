import {existsSync} from 'node:fs'
import {expect} from 'chai'
import {eventually} from '../contract/eventually.js'
import {Sandbox} from '../support/sandbox.js'
import type {ProjectStatus} from '../../src/services/status/status.js'

interface Report {
  readonly state: string
  readonly unmerged: readonly {readonly role: string; readonly commits: number; readonly reason: string}[]
  readonly status: ProjectStatus
}

/** Commits, leaves a file beside it, and never claims. */
const TESTER = 'steps:\n  - write: {path: a.txt, content: a}\n  - commit: Add a\n  - write: {path: c.txt, content: c}\n'
const DEVELOPER = 'steps:\n  - expect: {from: person}\n  - write: {path: b.txt, content: b}\n  - commit: Add b\n  - done: b stands\n'

describe('orch agent remove', function () {
  this.timeout(120_000)
  const sandbox = new Sandbox()

  after(() => sandbox.remove())

  it('takes a role with work out of the team only when that is said; the project completes, and its work stays and is named', async () => {
    sandbox.write('scripts/tester.yaml', TESTER)
    sandbox.write('scripts/developer.yaml', DEVELOPER)
    sandbox.env['ORCH_CONFIG_REHEARSAL__SCRIPTS'] = sandbox.path('scripts')
    const repository = sandbox.repository()
    const {data, error} = await sandbox.json<{id: string}>([
      ...['run', sandbox.write('spec.md', '# B\n\n- [ ] Add b.txt\n'), '--project', repository, '--agent', 'rehearsal'],
      ...['--planner', 'outline', '--roles', 'developer,tester', '--accept', 'test -f b.txt', '--yes', '--detach'],
    ])
    expect(data?.id, JSON.stringify(error)).to.match(/^p_/)
    const agent = async (role: string) =>
      (await sandbox.json<ProjectStatus['agents']>(['agent', 'list', data.id])).data.find((each) => each.role === role)!
    const remove = (...flags: string[]) => sandbox.json<{left: object}>(['agent', 'remove', data.id, 'tester', ...flags])
    await eventually(async () => expect((await agent('tester')).state).to.equal('idle'), 60_000)

    const refused = await remove()
    expect(refused.code).to.equal(77)
    expect(refused.error.message).to.match(/1 commit on orch\/.*\/tester.*c\.txt/)
    expect((await agent('tester')).state).to.equal('idle')

    expect(await remove('--leave-work')).to.include({code: 0})
    expect(await agent('tester')).to.include({state: 'stopped'})
    expect((await remove()).data.left).to.have.property('by', 'a person')
    expect((await sandbox.orch(['send', `${data.id}:tester`, 'hello'])).stderr).to.include('tester has left the team')

    expect((await sandbox.orch(['send', `${data.id}:developer`, 'go'])).code).to.equal(0)
    const report = async () => (await sandbox.json<Report>(['report', data.id])).data
    await eventually(async () => expect((await report()).state).to.equal('completed'), 60_000)
    const {unmerged, status} = await report()
    expect(unmerged).to.deep.include.members([
      {...unmerged[0], role: 'tester', commits: 1, reason: 'it was removed from the team by a person'},
    ])
    const {branch, worktree} = status.agents.find(({role}) => role === 'tester')!
    expect(sandbox.git(repository, 'show', `${branch}:a.txt`)).to.equal('a')
    expect(existsSync(`${worktree}/c.txt`)).to.equal(true)
    expect(status.leftBehind.map(({role}) => role)).to.include('tester')
  })
})
