import {expect} from 'chai'
import {appendFile, readdir, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {rejectsWith} from '../support/rejects.js'
import {Sandbox} from '../support/sandbox.js'

/** Kinds of programs that a repository's configuration can name, and what else makes git run them. */
const KINDS: Readonly<Record<string, {settings: Readonly<Record<string, string>>; attributes?: string}>> = {
  'a clean filter': {settings: {'filter.e.clean': 'RUN; cat'}, attributes: '*.txt filter=e'},
  'a smudge filter': {settings: {'filter.e.smudge': 'RUN; cat'}, attributes: '*.txt filter=e'},
  'a required filter process': {settings: {'filter.e.process': 'RUN', 'filter.e.required': 'true'}, attributes: '*.txt filter=e'},
  'a filter whose name would cut an option': {settings: {'filter.a=b.c.clean': 'RUN; cat'}, attributes: '*.txt filter=a=b.c'},
  'a merge driver': {settings: {'merge.e.driver': 'RUN; git merge-file %A %O %B'}, attributes: '*.txt merge=e'},
  'a default merge driver': {settings: {'merge.default': 'e', 'merge.e.driver': 'RUN; false'}},
  'a diff program': {
    settings: {'diff.external': 'RUN', 'diff.e.command': 'RUN', 'diff.e.textconv': 'RUN; cat'},
    attributes: '*.txt diff=e',
  },
  'a hooks folder': {settings: {'core.hooksPath': 'HOOKS'}},
  'configured hooks': {settings: {'hook.e.command': 'RUN', 'hook.e.event': 'reference-transaction'}},
  'a file system monitor': {settings: {'core.fsmonitor': 'RUN'}},
  'a signing program': {settings: {'gpg.program': 'RUN', 'commit.gpgSign': 'true', 'log.showSignature': 'true'}},
  'an editor and a pager': {settings: {'core.editor': 'RUN', 'sequence.editor': 'RUN', 'core.pager': 'RUN', 'pager.log': 'RUN'}},
}

describe("programs of a repository's configuration", () => {
  let sandbox: Sandbox
  let repo: string
  let run: string
  beforeEach(async () => {
    sandbox = await Sandbox.make()
    run = await sandbox.write(sandbox.path('ran'), `#!/bin/sh\necho "$0" >>'${sandbox.path('log')}'\n`, 0o755)
    await sandbox.write(sandbox.path('hooks', 'post-checkout'), `#!/bin/sh\n'${run}'\n`, 0o755)
    await sandbox.write(sandbox.path('hooks', 'reference-transaction'), `#!/bin/sh\n'${run}'\n`, 0o755)
    repo = await sandbox.repository('repo', {'a.txt': 'a\nb\nc\nd\ne\n'})
  })
  afterEach(() => sandbox.dispose())

  const set = async (settings: Readonly<Record<string, string>>, file = join(repo, '.git', 'config')) => {
    for (const [key, value] of Object.entries(settings)) {
      const text = value.replace('RUN', `'${run}'`).replace('HOOKS', sandbox.path('hooks'))
      await sandbox.git(sandbox.folder, 'config', '--file', file, key, text)
    }
  }
  /** Attributes of the repository, which no commit has to carry. */
  const attribute = (line: string) => appendFile(join(repo, '.git', 'info', 'attributes'), `${line}\n`)
  const hasRun = async () => (await readdir(sandbox.folder)).includes('log')

  /** Everything orch does with a repository, from the look at it to the merge into the person's branch. */
  async function everything(workspace = sandbox.workspace()): Promise<void> {
    await writeFile(join(repo, 'a.txt'), 'a\nb\nc\nd\nchanged\n')
    const {commonDir} = await workspace.inspectRepository(repo)
    await writeFile(join(repo, 'a.txt'), 'a\nb\nc\nd\ne\n')
    const worktree = (role: string) => ({
      ...{repository: repo, path: sandbox.path('trees', role), branch: `orch/p_1/${role}`, base: 'main'},
      ...{copy: ['*.env'], runHooks: false},
    })
    const commits: string[] = []
    for (const [role, text] of [
      ['one', 'ONE\nb\nc\nd\ne\n'],
      ['two', 'a\nb\nc\nd\nTWO\n'],
    ] as const) {
      const {path} = await workspace.ensureWorktree(worktree(role))
      await writeFile(join(path, 'a.txt'), text)
      commits.push(await commitQuietly(path, role))
      await writeFile(join(path, 'a.txt'), `${text}dirty\n`)
      await workspace.inspectWorktree({path, base: 'main'})
      await workspace.rescue({path, base: 'main', project: 'p_1', role, at: 0})
      await writeFile(join(path, 'a.txt'), text)
    }
    const scratch = sandbox.path('trees', 'scratch')
    await workspace.ensureScratch({repository: repo, path: scratch, at: 'main'})
    let sha = await sandbox.git(repo, 'rev-parse', 'main')
    for (const commit of commits) {
      const merged = await workspace.merge({repository: repo, scratch, onto: sha, commit, message: `Merge ${commit}`})
      expect(merged.outcome).to.equal('merged')
      sha = 'sha' in merged ? merged.sha : ''
    }
    expect(await sandbox.git(repo, 'show', `${sha}:a.txt`)).to.equal('ONE\nb\nc\nd\nTWO')
    await workspace.ensureBranch({repository: repo, branch: 'orch/p_1/integration', at: 'main'})
    await workspace.advance({
      repository: repo,
      branch: 'orch/p_1/integration',
      from: (await workspace.resolve(repo, 'main')) ?? '',
      to: sha,
    })
    await workspace.diff({repository: commonDir, from: 'main', to: sha})
    await workspace.fastForwardParent({repository: repo, branch: 'main', to: sha})
    await workspace.removeWorktree({repository: repo, path: sandbox.path('trees', 'one'), mergedInto: 'main'})
  }
  /** Commits `a.txt` by git's plumbing, which runs no program: only what orch runs counts here. */
  async function commitQuietly(tree: string, message: string): Promise<string> {
    const git = (...args: string[]) => sandbox.git(tree, '-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', ...args)
    const blob = await git('hash-object', '-w', '--no-filters', 'a.txt')
    await git('update-index', '--cacheinfo', `100644,${blob},a.txt`)
    const commit = await git('commit-tree', '-p', 'HEAD', '-m', message, await git('write-tree'))
    await git('update-ref', 'HEAD', commit)
    return commit
  }

  for (const [kind, {settings, attributes}] of Object.entries(KINDS)) {
    it(`does not run ${kind} without consent`, async () => {
      await set(settings)
      if (attributes) await attribute(attributes)
      await everything()
      expect(await hasRun()).to.equal(false)
    })
  }

  it('runs filters and merge drivers that a person agreed to', async () => {
    await set({'filter.e.clean': 'RUN; cat', 'merge.m.driver': 'RUN; git merge-file %A %O %B'})
    await attribute('*.txt filter=e merge=m')
    const workspace = sandbox.workspace()
    const {commonDir, programs} = await workspace.inspectRepository(repo)
    expect(programs.map(({key}) => key)).to.deep.equal(['filter.e.clean', 'merge.m.driver'])
    expect(await hasRun()).to.equal(false)
    workspace.permitPrograms(commonDir, programs)
    await everything(workspace)
    expect(await hasRun()).to.equal(true)
  })

  it('does not run what came into the configuration after a person agreed', async () => {
    const workspace = sandbox.workspace()
    await set({'filter.e.clean': 'cat'})
    await attribute('*.txt filter=e merge=m')
    const {commonDir, programs} = await workspace.inspectRepository(repo)
    workspace.permitPrograms(commonDir, programs)
    await set({'filter.e.clean': 'RUN; cat', 'merge.m.driver': 'RUN; false'})
    await everything(workspace)
    expect(await hasRun()).to.equal(false)
  })

  it('does not run what an included file or the configuration of one worktree says', async () => {
    await attribute('*.txt filter=e')
    const included = join(repo, 'included')
    await set({'filter.e.clean': 'RUN; cat', 'filter.e.smudge': 'RUN; cat'}, included)
    await set({'include.path': included})
    await everything()
    expect(await hasRun()).to.equal(false)
  })

  it('does not run what a worktree has in a configuration of its own, or a repository that an agent put in its place', async () => {
    const workspace = sandbox.workspace()
    await attribute('*.txt filter=e')
    const request = {repository: repo, path: sandbox.path('trees', 'one'), branch: 'orch/p_1/one', base: 'main', copy: [], runHooks: false}
    const {path} = await workspace.ensureWorktree(request)
    await set({'extensions.worktreeConfig': 'true'})
    await set({'filter.e.clean': 'RUN; cat'}, join(repo, '.git', 'worktrees', 'one', 'config.worktree'))
    // Of the same size, so that git has to look into it.
    await writeFile(join(path, 'a.txt'), 'A\nb\nc\nd\ne\n')
    await workspace.inspectWorktree({path, base: 'main'})
    expect(await hasRun()).to.equal(false)
    await rm(join(path, '.git'))
    await sandbox.git(path, 'init', '--quiet')
    await set({'filter.e.clean': 'RUN; cat'}, join(path, '.git', 'config'))
    await sandbox.write(join(path, '.git', 'info', 'attributes'), '*.txt filter=e\n')
    await workspace.inspectRepository(path)
    await workspace.rescue({path, base: await sandbox.git(repo, 'rev-parse', 'main'), project: 'p_1', role: 'one', at: 0}).catch(() => null)
    expect(await hasRun()).to.equal(false)
  })

  it("keeps the person's own filter running, also where the repository names another program under its name", async () => {
    const persons = await sandbox.write(sandbox.path('persons'), `#!/bin/sh\necho >>'${sandbox.path('persons-log')}'\ncat\n`, 0o755)
    await sandbox.git(sandbox.folder, 'config', '--global', 'filter.e.clean', persons)
    await attribute('*.txt filter=e')
    await set({'filter.e.clean': 'RUN; cat'})
    await everything()
    expect(await hasRun()).to.equal(false)
    expect(await readdir(sandbox.folder)).to.include('persons-log')
  })

  it('does not fetch for a partial clone by the transport that its configuration names', async () => {
    await sandbox.git(sandbox.folder, 'clone', '--quiet', '--bare', repo, 'origin.git')
    await sandbox.git(sandbox.path('origin.git'), 'config', 'uploadpack.allowFilter', 'true')
    await sandbox.git(
      sandbox.folder,
      'clone',
      '--quiet',
      '--no-checkout',
      '--filter=blob:none',
      `file://${sandbox.path('origin.git')}`,
      'partial',
    )
    const partial = sandbox.path('partial')
    await set({'remote.origin.url': `ext::${run}`, 'protocol.ext.allow': 'always'}, join(partial, '.git', 'config'))
    const request = {repository: partial, path: sandbox.path('trees', 'p'), branch: 'orch/p_1/p', base: 'HEAD', copy: [], runHooks: false}
    await rejectsWith('ORCH_GIT', sandbox.workspace().ensureWorktree(request))
    expect(await hasRun()).to.equal(false)
  })

  it('refuses a configuration that cannot be switched off', async () => {
    await appendFile(join(repo, '.git', 'config'), Buffer.from('[filter "\u00ff"]\n\tclean = x\n', 'latin1'))
    await rejectsWith('ORCH_REPOSITORY', sandbox.workspace().inspectRepository(repo))
  })
})
