import {expect} from 'chai'
import {copyFile, mkdir, readFile, rm, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {exists} from '../../src/files/paths.js'
import {rejectsWith} from '../support/rejects.js'
import {fingerprint, Sandbox} from '../support/sandbox.js'

interface Place {
  readonly sandbox: Sandbox
  readonly repo: string
  readonly scratch: string
  /** A path in the administrative folder of the scratch worktree. */
  readonly admin: (...names: string[]) => string
}

/** What may have been done to a scratch worktree. */
const DAMAGES: Readonly<Record<string, (place: Place) => Promise<unknown>>> = {
  nothing: async () => undefined,
  'its folder is gone': ({scratch}) => rm(scratch, {recursive: true}),
  'its folder is empty': async ({scratch}) => {
    await rm(scratch, {recursive: true})
    await mkdir(scratch)
  },
  'its folder is a file': async ({scratch}) => {
    await rm(scratch, {recursive: true})
    await writeFile(scratch, 'a file\n')
  },
  'its folder is a link to a folder of the person': async ({sandbox, scratch}) => {
    await rm(scratch, {recursive: true})
    await sandbox.write(sandbox.path('precious', 'work.txt'), 'work\n')
    await symlink(sandbox.path('precious'), scratch)
  },
  'its .git is gone': ({scratch}) => rm(join(scratch, '.git')),
  'its .git is gone, and its entry': async ({scratch, admin}) => {
    await rm(join(scratch, '.git'))
    await rm(admin(), {recursive: true})
  },
  'its .git is garbage': ({scratch}) => writeFile(join(scratch, '.git'), 'nonsense'),
  'its .git is empty': ({scratch}) => writeFile(join(scratch, '.git'), ''),
  'its .git names the worktree of an agent': ({sandbox, scratch}) => copyFile(join(sandbox.path('agent'), '.git'), join(scratch, '.git')),
  'its .git is a repository of its own': async ({sandbox, scratch}) => {
    await rm(join(scratch, '.git'))
    await sandbox.git(scratch, 'init', '--quiet')
    await sandbox.commit(scratch, {'other.txt': 'x'})
  },
  'its entry is gone': ({admin}) => rm(admin(), {recursive: true}),
  'all entries are gone': ({repo}) => rm(join(repo, '.git', 'worktrees'), {recursive: true}),
  'its HEAD is gone': ({admin}) => rm(admin('HEAD')),
  'its HEAD is garbage': ({admin}) => writeFile(admin('HEAD'), 'nonsense\n'),
  'its HEAD is empty': ({admin}) => writeFile(admin('HEAD'), ''),
  'its HEAD names a commit that is not there': ({admin}) => writeFile(admin('HEAD'), `${'1'.repeat(40)}\n`),
  'its index is garbage': ({admin}) => writeFile(admin('index'), 'nonsense'),
  'its index is a folder': async ({admin}) => {
    await rm(admin('index'))
    await mkdir(admin('index'))
    await writeFile(admin('index', 'x'), '')
  },
  'locks were left': async ({admin}) => {
    await writeFile(admin('index.lock'), '')
    await writeFile(admin('HEAD.lock'), '')
  },
  'its commondir is gone': ({admin}) => rm(admin('commondir')),
  'its commondir is garbage': ({admin}) => writeFile(admin('commondir'), '/nowhere\n'),
  'its gitdir is gone': ({admin}) => rm(admin('gitdir')),
  'its gitdir names another folder': ({sandbox, admin}) => writeFile(admin('gitdir'), `${sandbox.path('elsewhere', '.git')}\n`),
  'its lock is gone': ({admin}) => rm(admin('locked')),
  'its lock is another': ({admin}) => writeFile(admin('locked'), 'mine\n'),
  'its lock is gone, and its HEAD names a branch': async ({admin}) => {
    await rm(admin('locked'))
    await writeFile(admin('HEAD'), 'ref: refs/heads/main\n')
  },
  'its configuration is garbage': async ({sandbox, repo, admin}) => {
    await sandbox.git(repo, 'config', 'extensions.worktreeConfig', 'true')
    await writeFile(admin('config.worktree'), '[nonsense')
  },
}

describe('a damaged scratch worktree', () => {
  let sandbox: Sandbox
  let repo: string
  const scratch = () => sandbox.path('worktrees', 'scratch')
  const admin = (...names: string[]) => join(repo, '.git', 'worktrees', 'scratch', ...names)
  const ensure = () => sandbox.workspace().ensureScratch({repository: repo, path: scratch(), at: 'main'})
  const discard = (path = scratch()) => sandbox.workspace().discardScratch({repository: repo, path})

  beforeEach(async () => {
    sandbox = await Sandbox.make()
    repo = await sandbox.repository('repo')
    const agent = {repository: repo, path: sandbox.path('agent'), branch: 'orch/p_1/dev', base: 'main', copy: [], runHooks: false}
    await sandbox.workspace().ensureWorktree(agent)
    await sandbox.write(join(agent.path, 'work.txt'), 'work\n')
    await ensure()
  })
  afterEach(() => sandbox.dispose())

  for (const [what, damage] of Object.entries(DAMAGES)) {
    it(`is discarded, whatever happened to it, and made anew: ${what}`, async () => {
      await damage({sandbox, repo, scratch: scratch(), admin})
      const isAgentKnown = await exists(join(repo, '.git', 'worktrees', 'agent'))
      await discard()
      expect(await exists(scratch())).to.equal(false)
      expect(await exists(admin())).to.equal(false)
      expect(await ensure()).to.deep.equal({made: true})
      expect(await sandbox.git(scratch(), 'rev-parse', 'HEAD')).to.equal(await sandbox.git(repo, 'rev-parse', 'main'))
      expect(await sandbox.git(scratch(), 'status', '--porcelain')).to.equal('')
      expect(await readFile(join(sandbox.path('agent'), 'work.txt'), 'utf8')).to.equal('work\n')
      expect(await exists(join(repo, '.git', 'worktrees', 'agent'))).to.equal(isAgentKnown)
      const precious = sandbox.path('precious')
      if (await exists(precious)) expect(await readFile(join(precious, 'work.txt'), 'utf8')).to.equal('work\n')
      await sandbox.git(repo, 'fsck', '--strict', '--no-dangling')
    })
  }

  it('is no reason to remove the repository, what lies around or in it, or the worktree of an agent', async () => {
    const before = await fingerprint(sandbox.folder)
    for (const path of [repo, sandbox.folder, join(repo, '.git'), join(repo, 'sub'), sandbox.path('agent')])
      await rejectsWith('ORCH_REFUSED', discard(path))
    expect(await fingerprint(sandbox.folder)).to.deep.equal(before)
  })
})
