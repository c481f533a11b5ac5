import {readdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {eventually} from '../contract/eventually.js'
import {Sandbox} from '../support/sandbox.js'
import {processesOf, signal} from './faults/processes.js'

/** By its texts alone: what a person reads. */
describe('a person is told', function () {
  this.timeout(120_000)
  let sandbox: Sandbox
  let repository: string

  beforeEach(() => {
    sandbox = new Sandbox()
    sandbox.env['ORCH_CONFIG_REHEARSAL__SCRIPTS'] = sandbox.path('scripts')
    repository = sandbox.repository()
  })
  afterEach(() => sandbox.remove())

  const script = (...steps: string[]) => sandbox.write('scripts/developer.yaml', `steps:\n${steps.map((step) => `  - ${step}\n`).join('')}`)
  const orch = async (command: string, ...flags: string[]) => {
    const spec = sandbox.write('spec.md', '# B\n\n- [ ] Add b.txt\n')
    const {stdout, stderr} = await sandbox.orch([
      ...[command, spec, '--project', repository, '--agent', 'rehearsal', '--planner', 'outline', '--roles', 'developer'],
      ...flags,
    ])
    return stdout + stderr
  }
  const said = async (...args: string[]) => (await sandbox.orch(args)).stdout
  const WORK = ['write: {path: b.txt, content: b}', 'commit: Add b', 'done: b is there']

  it('by the plan that commits are signed, which an agent cannot do alone', async () => {
    sandbox.git(repository, 'config', 'commit.gpgSign', 'true')
    expect(await orch('plan')).to.include('signs commits')
  })

  it('by status and report that an agent worked in their checkout', async () => {
    const leak = `cd '${repository}' && echo x > leaked.txt && git add -A && git commit -qm x && echo dirty >> README.md`
    script(`run: [sh, -c, ${JSON.stringify(leak)}]`, ...WORK)
    await orch('run', '--accept', 'test -f b.txt', '--yes', '--wait')
    for (const command of ['status', 'report']) expect(await said(command), command).to.include('main is at')
  })

  it('that a test changed what it tested, and gets no such result', async () => {
    sandbox.write('repo/lib.js', 'module.exports = true\n')
    sandbox.git(repository, 'add', '--all')
    sandbox.git(repository, 'commit', '--quiet', '--message', 'Add lib')
    script('write: {path: lib.js, content: "module.exports = false\\n"}', 'commit: Change lib', 'done: lib is fine')
    const told = await orch('run', '--accept', `node -e "fs.writeFileSync('lib.js','module.exports = true')"`, '--yes', '--wait')
    expect(told).to.include('lib.js').and.not.include('Verified')
    expect(sandbox.git(repository, 'for-each-ref', 'refs/heads/orch/**/integration')).to.equal('')
  })

  it('that a commit links to a repository whose files it does not hold, and gets no such result', async () => {
    script('run: [sh, -c, "git init -q app && cd app && echo precious > work.js && git add -A && git commit -qm inner"]', ...WORK)
    await orch('run', '--accept', 'test -f b.txt', '--yes', '--wait', '--timeout', '40s')
    expect(sandbox.git(repository, 'for-each-ref', 'refs/heads/orch/**/integration')).to.equal('')
    expect(await said('messages', '--json')).to.include('a link to a repository there and none of its files')
  })

  describe('of a team at work', () => {
    beforeEach(async () => {
      script('think: {text: long, ms: 600000}')
      await orch('run', '--yes', '--detach')
      await eventually(async () => expect(await said('status')).to.match(/developer +working/), 60_000)
    })

    it('by doctor of a window that is nobody’s', async () => {
      sandbox.tmux('new-session', '-d', '-s', 'mytest', 'sleep 600')
      expect(await said('doctor')).to.include('mytest')
    })

    it('by status that an older record was taken in the place of a damaged one', async () => {
      const records = sandbox.path('data', 'state', 'projects')
      const supervisors = processesOf(sandbox.folder).filter(({isSupervisor}) => isSupervisor)
      signal(
        supervisors.map(({pid}) => pid),
        'SIGKILL',
      )
      for (const name of readdirSync(records).filter((each) => each.endsWith('.json'))) writeFileSync(join(records, name), '{"torn')
      await sandbox.orch(['daemon', 'start'])
      expect(await said('status')).to.match(/Needs you[^]*record/)
    })
  })
})
