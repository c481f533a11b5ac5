import {existsSync, readFileSync} from 'node:fs'
import {setTimeout as sleep} from 'node:timers/promises'
import {expect} from 'chai'
import {Sandbox} from '../support/sandbox.js'

describe('a supervisor killed during the set-up of a worktree', function () {
  this.timeout(120_000)
  const sandbox = new Sandbox()

  after(() => sandbox.remove())

  it('is followed by one that runs the set-up to its end before the agent starts', async () => {
    const runs = sandbox.path('runs')
    const record = () => (existsSync(runs) ? readFileSync(runs, 'utf8').trim().split('\n') : [])
    // The first run has no end, as one that the kill cut off.
    const setUp = sandbox.write(
      'set-up.sh',
      `case "$(pwd)" in */worktrees/developer)\n  echo run >> ${runs}\n  [ "$(grep -c . ${runs})" -gt 1 ] || exec sleep 100\nesac\necho here > installed.txt\n`,
    )
    sandbox.write('scripts/developer.yaml', 'steps:\n  - run: [cat, installed.txt]\n  - commit: Add what is installed\n  - done: done\n')
    const spec = sandbox.write('spec.md', '# Add a file\n\n- [ ] Add what the set-up installed\n')
    const team = ['--agent', 'rehearsal', '--planner', 'outline', '--roles', 'developer']
    const run = sandbox.json<{id: string; state: string; reason: string | null}>(
      ['run', spec, '--project', sandbox.repository(), ...team, '--setup', `sh ${setUp}`, '--yes', '--wait', '--timeout', '90s'],
      {env: {ORCH_CONFIG_REHEARSAL__SCRIPTS: sandbox.path('scripts')}},
    )
    while (record().length === 0) await sleep(20)
    process.kill((await sandbox.supervisorPid())!, 'SIGKILL')
    const {data, error} = await run
    expect(data, JSON.stringify(error ?? data.reason)).to.include({state: 'completed'})
    expect(record()).to.deep.equal(['run', 'run'])
  })
})
