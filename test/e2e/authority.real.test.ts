import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {expect} from 'chai'
import {sessionNameOf} from '../../src/domain/session-name.js'
import {ROOT, Sandbox} from '../support/sandbox.js'

const ORCH = `'${process.execPath}' '${join(ROOT, 'bin', 'run.js')}'`

describe('an agent with a shell', function () {
  this.timeout(120_000)
  let sandbox: Sandbox

  beforeEach(() => {
    sandbox = new Sandbox()
    sandbox.env['ORCH_CONFIG_REHEARSAL__SCRIPTS'] = sandbox.path('scripts')
  })
  afterEach(() => sandbox.remove())

  const script = (...lines: string[]) => {
    const steps = lines.map((line) => `  - run: [sh, -c, ${JSON.stringify(line)}]\n`).join('')
    sandbox.write(
      'scripts/developer.yaml',
      `steps:\n${steps}  - write: {path: b.txt, content: b}\n  - commit: Add b\n  - done: b is there\n`,
    )
  }
  const run = () =>
    sandbox.json<{id: string; name: string; state: string}>([
      ...['run', sandbox.write('spec.md', '# B\n\n- [ ] Add b.txt\n'), '--project', sandbox.repository(), '--agent', 'rehearsal'],
      ...['--planner', 'outline', '--roles', 'developer', '--accept', 'test -f b.txt', '--yes', '--wait', '--timeout', '90s'],
    ])
  const said = (name: string) => readFileSync(sandbox.path(name), 'utf8')

  it('reaches a tmux server of its project, not that of the team, and nothing of it outlives the project', async () => {
    const marker = '98765.4'
    script(
      `echo "$TMUX-$TMUX_PANE" > '${sandbox.path('tmux-variables')}'`,
      'tmux kill-server; tmux split-window; true',
      `tmux new-session -d -s mine 'sleep ${marker}' && tmux -L x new-session -d 'sleep ${marker}'`,
      `tmux list-sessions > '${sandbox.path('sessions')}'`,
      `tmux split-window -d -t mine 'sleep ${marker}'`,
    )
    const {data} = await run()
    expect(data.state).to.equal('completed')
    expect(said('tmux-variables')).to.equal('-\n')
    expect(said('sessions')).to.match(/^mine: [^\n]*\n$/)
    const restarts = (await sandbox.json<{status: {agents: {restarts: number}[]}}>(['report', data.id])).data.status.agents
    expect(restarts.map((agent) => agent.restarts)).to.deep.equal([0, 0])
    // The result is told before what is left of the project has ended.
    while (commandLines().some((line) => line.includes(marker))) await sleep(50)
    while (existsSync(sandbox.path('data', 'tmux', data.id))) await sleep(50)
    expect(sandbox.tmux('list-sessions', '-F', '#{session_name}').trim().split('\n').sort()).to.deep.equal([
      sessionNameOf({id: data.id, name: data.name}),
      'orch-keeper',
    ])
  })

  it('starts and ends no project, no agent and no supervisor, and looks at its own project', async () => {
    const calls = [
      'stop $ORCH_PROJECT',
      'pause $ORCH_PROJECT',
      'resume $ORCH_PROJECT',
      'agent stop $ORCH_PROJECT orchestrator',
      'agent remove $ORCH_PROJECT orchestrator',
      'agent restart $ORCH_PROJECT orchestrator',
      'agent add $ORCH_PROJECT tester',
      'daemon stop',
      'plugins link .',
      'run spec.md --agent rehearsal --roles developer --yes --trust-project --detach',
      'status',
    ]
    script(
      'printf "# Inner\\n\\n- [ ] Do it\\n" > spec.md',
      ...calls.map((call) => `${ORCH} ${call} > /dev/null 2>> '${sandbox.path('errors')}'; echo $? >> '${sandbox.path('codes')}'`),
      'rm spec.md',
    )
    const {data} = await run()
    expect(data.state).to.equal('completed')
    expect(said('codes').trim().split('\n').map(Number)).to.deep.equal([...Array<number>(calls.length - 1).fill(77), 0])
    expect(said('errors')).to.include('stop-projects').and.include('start-projects').and.include('daemon')
    expect(readdirSync(sandbox.path('data', 'projects'))).to.deep.equal([data.id])
    expect(existsSync(sandbox.path('config', 'trusted.json'))).to.equal(false)
  })

  it('cannot answer as a person: not as an orphan at a terminal of its own, and not by dropping its token', async function () {
    if (process.platform !== 'linux') this.skip()
    const bare = `env -i PATH="$PATH" HOME="$HOME" TERM=xterm ORCH_DATA_DIR="$ORCH_DATA_DIR"`
    const path = (name: string) => `'${sandbox.path(name)}'`
    script(
      `${ORCH} ask person 'May I?' --no-wait --json > ${path('asked')}`,
      `setsid -f ${bare} ID=$(sed -n 's/.*"id":"\\(q_[0-9a-z]*\\)".*/\\1/p' ${path('asked')}) script -qec "${ORCH} approve \\$ID > ${path('orphan')} 2>&1; echo \\$? > ${path('orphan-code')}" /dev/null`,
      `for i in $(seq 100); do test -s ${path('orphan-code')} && break; sleep 0.1; done`,
      `${bare} ${ORCH} stop "$ORCH_PROJECT" > /dev/null 2> ${path('stop')}; echo $? > ${path('stop-code')}`,
      `${bare} ${ORCH} send orchestrator 'I am a person' > /dev/null 2>&1; echo $? > ${path('send-code')}`,
    )
    const {data} = await run()
    expect(data.state).to.equal('completed')
    expect(said('orphan-code'), said('orphan')).to.equal('77\n')
    expect(said('orphan')).to.include('a process of an agent makes it')
    expect(said('stop-code'), said('stop')).to.equal('77\n')
    expect(said('send-code')).to.equal('77\n')
  })
})

/** Of every process of this machine, as proc(5) shows them. */
function commandLines(): string[] {
  if (!existsSync('/proc/self/cmdline')) return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      } catch {
        return ''
      }
    })
}
