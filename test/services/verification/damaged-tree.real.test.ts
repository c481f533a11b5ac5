import {expect} from 'chai'
import {splitCommand} from '../../../src/adapters/command-line.js'
import {LocalFiles} from '../../../src/adapters/local-files.js'
import {LocalHost} from '../../../src/adapters/local-host.js'
import {Acceptance} from '../../../src/services/project-commands/acceptance.js'
import {RunProcesses} from '../../../src/services/agents/run-processes.js'
import {CommandRunner} from '../../../src/services/project-commands/run-command.js'
import {SetUp} from '../../../src/services/project-commands/set-up.js'
import {VerificationTree} from '../../../src/services/verification/verification-tree.js'
import {Sandbox} from '../../../plugins/git-worktrees/test/support/sandbox.js'
import {aProject, someOptions} from '../../support/builders.js'
import type {Project} from '../../../src/domain/model/project.js'

const SIGNAL = new AbortController().signal

/** Shell commands that damage a verification worktree from inside; ADMIN is its administrative folder. */
const DAMAGES: Readonly<Record<string, string>> = {
  'its folder goes': 'rm -rf "$PWD"',
  'its .git goes': 'rm .git',
  'its .git names another place': 'echo "gitdir: /nowhere" > .git',
  'its entry goes': 'rm -r ADMIN',
  'all entries go': 'rm -r "$(dirname ADMIN)"',
  'its HEAD is broken': 'echo nonsense > ADMIN/HEAD',
  'its HEAD goes': 'rm ADMIN/HEAD',
}

describe('verifying in a worktree that is damaged meanwhile', function () {
  this.timeout(30_000)
  let sandbox: Sandbox
  let tree: VerificationTree
  let base: string

  beforeEach(async () => {
    sandbox = await Sandbox.make()
    base = await sandbox.git(await sandbox.repository('repo', {'a.txt': 'a\n', '.gitignore': 'deps\n'}), 'rev-parse', 'HEAD')
    const {processes, clock, logger} = sandbox
    const host = new LocalHost(processes)
    const files = new LocalFiles()
    const commands = new CommandRunner({processes, host, leftovers: new RunProcesses({host, clock, logger}), clock, split: splitCommand})
    const parts = {
      workspace: sandbox.workspace(),
      files,
      commands,
      setUp: new SetUp({commands, files}),
      acceptance: new Acceptance(commands),
    }
    tree = new VerificationTree('scratch', {...parts, logger})
  })
  afterEach(() => sandbox.dispose())

  /** Does what it says the first time; later it looks for what the set-up made. */
  const once = async (name: string, text: string, always: string) => {
    const admin = sandbox.path('repo', '.git', 'worktrees', 'scratch')
    const lines = [
      `if [ ! -e ${sandbox.path(name)}.done ]; then touch ${sandbox.path(name)}.done`,
      text.replaceAll('ADMIN', admin),
      'fi',
      always,
    ]
    return {command: `sh ${await sandbox.write(sandbox.path(name), `${lines.join('\n')}\n`)}`, origin: 'flag' as const}
  }
  const aProjectOf = async (setUp: string, test: string): Promise<Project> => {
    const setup = [await once('setup.sh', setUp, 'echo x > deps')]
    const acceptance = [await once('test.sh', test, 'cat a.txt deps')]
    const project = aProject({base, directory: sandbox.path('project'), options: someOptions({setup, acceptance})})
    await sandbox.write(sandbox.path('project', 'env.json'), JSON.stringify(sandbox.environment))
    return {...project, repository: {...project.repository, mainRoot: sandbox.path('repo')}}
  }
  const verify = (project: Project) =>
    tree.use(project, base, SIGNAL, async () => {
      const merged = await tree.merge(project, {onto: base, commit: base, message: 'Merge'})
      expect(merged).to.deep.equal({outcome: 'nothing', sha: base})
      const checked = await tree.check(project, base, 'developer', SIGNAL)
      await tree.requireUnchanged(project, base)
      return checked
    })

  for (const [what, damage] of Object.entries(DAMAGES)) {
    it(`verifies again, and blames no command: ${what} during the set-up, then during an acceptance command`, async () => {
      const {evidence, setUp} = await verify(await aProjectOf(damage, damage))
      const shown = evidence.map(({exitCode, output, changed}) => [exitCode, output, changed])
      expect([setUp, shown]).to.deep.equal([null, [[0, 'a\nx', undefined]]])
    })
  }

  it('blames a command that damages it each time', async () => {
    const project = await aProjectOf('', '')
    const command = `sh ${await sandbox.write(sandbox.path('vandal.sh'), 'rm -rf "$PWD"\n')}`
    const harmed = {...project, options: {...project.options, acceptance: [{command, origin: 'flag' as const}]}}
    const {evidence} = await tree.use(harmed, base, SIGNAL, () => tree.check(harmed, base, null, SIGNAL))
    expect(evidence[0]!.changed).to.deep.equal(['the worktree itself, its folder or its `.git`'])
  })
})
