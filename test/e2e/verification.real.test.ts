import {writeFileSync} from 'node:fs'
import {expect} from 'chai'
import {npmProject} from '../support/npm-project.js'
import {Sandbox} from '../support/sandbox.js'

interface Outcome {
  readonly id: string
  readonly state: string
  readonly reason: string | null
  readonly verified: boolean
  readonly integrationBranch: string
  readonly baseline: {readonly outcome: string; readonly failed: string | null} | null
}

interface Report extends Outcome {
  readonly claims: readonly {readonly role: string; readonly claim: {readonly reason: string | null} | null; readonly rejections: number}[]
}

const AGENT = ['--agent', 'rehearsal', '--planner', 'outline', '--roles', 'developer', '--yes', '--wait', '--timeout', '150s']

/** A script of a developer who adds a file and claims. */
const WORK = 'steps:\n  - write: {path: b.txt, content: "b\\n"}\n  - commit: Add b\n  - done: b stands\n'

describe('verification', function () {
  this.timeout(200_000)
  let sandbox: Sandbox
  let repository: string

  beforeEach(() => {
    sandbox = new Sandbox()
    sandbox.env['ORCH_CONFIG_REHEARSAL__SCRIPTS'] = sandbox.path('scripts')
    repository = sandbox.repository()
  })
  afterEach(() => sandbox.remove())

  function commit(files: Readonly<Record<string, string>>): void {
    for (const [name, content] of Object.entries({'spec.md': '# A thing\n\n- [ ] Do it\n', ...files}))
      sandbox.write(`repo/${name}`, content)
    sandbox.git(repository, 'add', '--all')
    sandbox.git(repository, 'commit', '--quiet', '--message', 'The project')
  }

  const script = (text: string) => sandbox.write('scripts/developer.yaml', text)
  const run = (...flags: string[]) => sandbox.json<Outcome>(['run', `${repository}/spec.md`, ...AGENT, ...flags])
  const report = async (id: string) => (await sandbox.json<Report>(['report', id])).data

  it('passes on an npm project with the configuration of the README: set-up and copied files are there', async () => {
    commit(npmProject(''))
    writeFileSync(`${repository}/.env`, 'KEY=1\n')
    script(WORK)
    const {data, error} = await run('--trust-project')
    expect(data, JSON.stringify(error)).to.include({state: 'completed', verified: true})
    expect(data.baseline).to.deep.include({outcome: 'passed', failed: null})
    expect((await report(data.id)).claims.find(({role}) => role === 'developer')).to.include({rejections: 0})
  })

  it('blocks with the environment as the reason when a program is missing, and rejects nobody', async () => {
    commit({})
    script(WORK)
    const {data} = await run('--accept', 'orch-no-such-program --all')
    expect(data).to.include({state: 'blocked', verified: false})
    expect(data.reason).to.include('orch-no-such-program').and.include('could not be started').and.include(`orch resume ${data.id}`)
    expect(data.baseline).to.deep.include({outcome: 'could-not-start'})
    expect((await report(data.id)).claims.find(({role}) => role === 'developer')).to.include({rejections: 0})
  })

  it('integrates no commit that passed only because a process an agent left behind kept a file good', async () => {
    commit({'lib.js': 'module.exports = true\n', 'check.js': "process.exit(require('./lib.js') ? 0 : 1)\n"})
    const keeper = sandbox.write(
      'keeper.sh',
      'while [ -d "$1" ]; do for tree in "$1"/projects/*/scratch; do [ -f "$tree/lib.js" ] && echo "module.exports = true" > "$tree/lib.js"; done; sleep 0.02; done\n',
    )
    script(
      [
        'steps:',
        `  - run: [sh, -c, "setsid sh ${keeper} ${sandbox.path('data')} </dev/null >/dev/null 2>&1 &"]`,
        '  - write: {path: lib.js, content: "module.exports = false\\n"}',
        '  - commit: Evil',
        '  - done: lib is fine',
        '',
      ].join('\n'),
    )
    const {data} = await run('--accept', 'node check.js', '--accept', 'sleep 0.3')
    expect(data.state, data.reason ?? '').not.to.equal('completed')
    expect(data.verified).to.equal(false)
    expect(sandbox.git(repository, 'for-each-ref', `refs/heads/${data.integrationBranch}`)).to.equal('')
  })
})
