import {execFileSync} from 'node:child_process'
import {mkdir, symlink, truncate, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {readConfigLayer} from '../../src/adapters/config-layer.js'
import {LocalFiles} from '../../src/adapters/local-files.js'
import {readSpecification} from '../../src/services/planning/specification.js'
import {discoverServers} from '../../plugins/claude-oauth/src/mcp/discovery.js'
import {readTranscriptFrom} from '../../plugins/claude/src/signals/transcript.js'
import {readUsage} from '../../plugins/claude/src/usage.js'
import {readTranscript} from '../../plugins/rehearsal/src/driver/read-transcript.js'
import {readSource} from '../../plugins/team-templates/src/load/read-source.js'
import {refusal} from '../support/failure.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

/** Each of these blocked a thread of the supervisor, or filled its memory. */
const HOSTILE: readonly {what: string; place: (path: string) => unknown; says: RegExp}[] = [
  {what: 'a named pipe', place: (path) => execFileSync('mkfifo', [path]), says: /named pipe/},
  {what: 'a link to /dev/zero', place: (path) => symlink('/dev/zero', path), says: /\/dev\/zero/},
  {what: 'a link to a file of the kernel', place: (path) => symlink('/proc/self/environ', path), says: /kernel/},
  {what: 'a file of 4 GB', place: (path) => writeFile(path, '').then(() => truncate(path, 4 * 2 ** 30)), says: /larger than/},
]

describe('hostile files of a repository', () => {
  const folder = useTemporaryFolder()
  const config = () => refusal('ORCH_CONFIG', readConfigLayer('project', folder()))

  for (const {what, place, says} of HOSTILE) {
    it(`refuses ${what} as orch.config.yaml`, async () => {
      await place(join(folder(), 'orch.config.yaml'))
      expect((await config()).message).to.match(says)
    })

    it(`refuses ${what} as a specification`, async () => {
      await place(join(folder(), 'spec.md'))
      expect((await refusal('ORCH_SPEC_UNREADABLE', readSpecification(new LocalFiles(), join(folder(), 'spec.md')))).message).to.match(says)
    })

    it(`refuses ${what} as a team template and as a briefing`, async () => {
      await mkdir(join(folder(), 'teams'))
      await mkdir(join(folder(), 'briefings'))
      await place(join(folder(), 'teams', 'x.yaml'))
      await place(join(folder(), 'briefings', 'x.md'))
      const {teams, briefings, problems} = await readSource({name: 'project', path: folder()})
      expect([teams, briefings]).to.deep.equal([[], []])
      expect(problems.map(({message}) => says.test(message))).to.deep.equal([true, true])
    })
  }

  for (const {what, place, says} of HOSTILE) {
    it(`refuses ${what} as .mcp.json`, async () => {
      await place(join(folder(), '.mcp.json'))
      const {servers, problems} = await discoverServers({worktree: folder(), repository: folder(), env: {HOME: join(folder(), 'none')}})
      expect([servers.length, problems.map(({why}) => says.test(why))]).to.deep.equal([0, [true]])
    })

    it(`takes ${what} for no status of an agent`, async () => {
      await place(join(folder(), 'status.json'))
      expect(await readUsage(folder())).to.equal(null)
    })
  }

  it('does not wait for a transcript that an agent replaced by a pipe, nor read one without end', async () => {
    execFileSync('mkfifo', [join(folder(), 'pipe')])
    await symlink('/dev/zero', join(folder(), 'zero'))
    for (const name of ['pipe', 'zero'])
      for (const read of [readTranscriptFrom, readTranscript]) await refusal('ORCH_FILE', read(join(folder(), name), null))
  })

  it('passes over a line of a transcript that has no end', async () => {
    await writeFile(join(folder(), 'long'), '')
    await truncate(join(folder(), 'long'), 40 * 2 ** 20)
    const {position, signals} = await readTranscriptFrom(join(folder(), 'long'), null)
    expect(signals).to.deep.equal([])
    expect(position).to.be.above(16 * 2 ** 20)
  })

  it('never quotes lines of a file outside the repository that its configuration links to', async () => {
    const repository = join(folder(), 'repository')
    await mkdir(repository)
    await writeFile(join(folder(), 'key'), 'root:secret-hash:1\nuser: other\n')
    await symlink('../key', join(repository, 'orch.config.yaml'))
    const {message} = await refusal('ORCH_CONFIG', readConfigLayer('project', repository))
    expect(message).to.include('leads out of').and.not.include('secret-hash')
  })

  it('never quotes lines of a file outside the repository that a template links to', async () => {
    const repository = join(folder(), 'repository')
    await mkdir(join(repository, '.orch/teams'), {recursive: true})
    await writeFile(join(folder(), 'key'), 'secret: [')
    await symlink('../../../key', join(repository, '.orch/teams/x.yaml'))
    const {teams, problems} = await readSource({name: 'project', path: join(repository, '.orch'), within: repository})
    expect([teams.length, problems.map(({message}) => message)]).to.deep.equal([0, [`it is a link that leads out of ${repository}`]])
  })

  for (const [what, text] of [
    ['brackets', `acceptance: ${'['.repeat(100_000)}`],
    ['maps', `acceptance: ${'{a: '.repeat(30_000)}`],
    ['list marks', `acceptance:\n  ${'- '.repeat(50_000)}x`],
    ['indentation', Array.from({length: 400}, (_, depth) => `${' '.repeat(depth)}key:`).join('\n')],
    [
      'aliases of aliases',
      `a0: &a0 x\n${Array.from({length: 30}, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}, *a${at}]`).join('\n')}`,
    ],
  ] as const) {
    it(`refuses a configuration that nests by ${what}, at once`, async () => {
      await writeFile(join(folder(), 'orch.config.yaml'), text)
      const started = performance.now()
      expect((await config()).message).to.match(/deeper than 100|alias/i)
      expect(performance.now() - started).to.be.below(10_000)
    })
  }
})
