import {createHash} from 'node:crypto'
import {readdirSync, readFileSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {Sandbox} from '../support/sandbox.js'

interface Outcome {
  readonly id: string
  readonly state: string
  readonly verified: boolean
  readonly integrationBranch: string
  readonly integrationSha: string
  readonly merged: readonly {readonly role: string; readonly branch: string; readonly sha: string}[]
}

const LONG = [
  '# A long one',
  ...Array.from(
    {length: 400},
    (_, index) => `\n## Part ${index}\n\n- [ ] Do thing ${index}\n- Do the other thing ${index}\n\nProse about ${index}.`,
  ),
].join('\n')

/** Specifications that nobody here would write, and every one of them has to work. */
const SPECS: Readonly<Record<string, string>> = {
  'three lines': 'Build a calculator.\nIt adds.\nIt has tests.\n',
  '2,000 lines': LONG,
  Chinese: '# 计算器\n\n## 任务\n\n- [ ] 实现加法\n- [ ] 编写测试\n\n## 验收标准\n\n- 所有测试通过\n',
  'backticks, substitutions, quotes and HTML':
    '# `rm -rf` $(touch /tmp/orch-was-here) "quoted" \'single\' <script>alert(1)</script>\n\n- [ ] run `$(reboot)` && echo "done" | tee {{mustache}} {{{triple}}}\n- [ ] #{session_name} #(touch x) %s %d ${HOME} \\n\n\n<details><summary>x</summary>\n\n```sh\necho $(id)\n```\n</details>\n',
  'Windows line ends': '# Title\r\n\r\n- [ ] First\r\n- [ ] Second\r\n\r\n## Acceptance\r\n\r\n- It works\r\n',
}

describe('orch run on specifications of others', function () {
  this.timeout(120_000)
  let sandbox: Sandbox

  beforeEach(() => (sandbox = new Sandbox()))
  afterEach(() => sandbox.remove())

  for (const [name, text] of Object.entries(SPECS)) {
    it(`works through a specification with ${name} to a merge, and leaves the checkout untouched`, async () => {
      const repository = sandbox.repository()
      const spec = sandbox.write('the spec.md', text)
      const before = fingerprint(repository)
      const {code, data, error, stderr} = await sandbox.json<Outcome>([
        'run',
        spec,
        '--project',
        repository,
        '--agent',
        'rehearsal',
        '--yes',
        '--wait',
      ])
      expect(code, JSON.stringify(error ?? data) + stderr).to.equal(0)
      expect(data).to.include({state: 'completed', verified: false})
      expect(data.merged.length).to.be.greaterThan(0)
      for (const {branch} of data.merged) sandbox.git(repository, 'merge-base', '--is-ancestor', branch, data.integrationBranch)
      expect(sandbox.git(repository, 'rev-parse', data.integrationBranch)).to.equal(data.integrationSha)
      expect(fingerprint(repository)).to.deep.equal(before)
      expect(sandbox.git(repository, 'status', '--porcelain', '--ignored')).to.equal('')
      expect(sandbox.git(repository, 'fsck', '--strict')).to.equal('')
    })
  }

  it('says what is wrong with an empty, a binary, a missing specification and a folder', async () => {
    const repository = sandbox.repository()
    const specs = [
      sandbox.write('empty.md', ' \n\n'),
      sandbox.write('binary.md', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 0xff])),
      sandbox.path('missing.md'),
      repository,
    ]
    for (const spec of specs) {
      const {code, error} = await sandbox.json(['run', spec, '--project', repository, '--agent', 'rehearsal', '--yes', '--wait'])
      expect(error).to.include({code: 'ORCH_SPEC_UNREADABLE', exit: 2})
      expect(code).to.equal(2)
      expect(error.message).to.contain(spec)
    }
  })

  it('saves the plan and exits 2 without a terminal and without --yes, and starts from the saved plan', async () => {
    const repository = sandbox.repository()
    const spec = sandbox.write('spec.md', SPECS['three lines']!)
    const refused = await sandbox.json(['run', spec, '--project', repository, '--agent', 'rehearsal'])
    expect(refused.error).to.include({code: 'ORCH_PLAN_NOT_APPROVED', exit: 2})
    const {planFile} = (refused.error as unknown as {details: {planFile: string}}).details
    const {data} = await sandbox.json<Outcome>([
      'run',
      spec,
      '--project',
      repository,
      '--agent',
      'rehearsal',
      '--plan-file',
      planFile,
      '--yes',
      '--wait',
    ])
    expect(data.state).to.equal('completed')
  })

  it('runs two projects at once on one repository', async () => {
    const repository = sandbox.repository()
    const spec = sandbox.write('spec.md', SPECS['three lines']!)
    // Without --fresh the second may follow the first.
    const run = () => sandbox.json<Outcome>(['run', spec, '--project', repository, '--agent', 'rehearsal', '--yes', '--wait', '--fresh'])
    const [one, two] = await Promise.all([run(), run()])
    expect([one.data?.state, two.data?.state], JSON.stringify([one.error, two.error])).to.deep.equal(['completed', 'completed'])
    expect(one.data.id).not.to.equal(two.data.id)
    expect(sandbox.git(repository, 'fsck', '--strict')).to.equal('')
  })
})

/** Every file of a checkout with its bytes, the index and HEAD among them; only orch's own places in .git are left out. */
function fingerprint(repository: string): Record<string, string> {
  const found: Record<string, string> = {}
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(repository, folder), {withFileTypes: true})) {
      const path = join(folder, entry.name)
      if (/^\.git\/(objects|worktrees|refs\/(heads|orch)\/orch|refs\/orch|logs\/refs\/heads\/orch|packed-refs)/.test(path)) continue
      if (entry.isDirectory()) visit(path)
      else
        found[path] = `${statSync(join(repository, path)).mode.toString(8)} ${createHash('sha256')
          .update(readFileSync(join(repository, path)))
          .digest('hex')}`
    }
  }
  visit('')
  return found
}
