import {expect} from 'chai'
import {mkdir, readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {type ErrorCode, hasCode, type OrchError, type Workspace} from '@orch/plugin-kit'

/** A workspace under test and what its side must lend to the suite. */
export interface WorkspaceHarness {
  readonly workspace: Workspace
  /** A folder of its own, canonical, outside every repository; the identity `Ada <ada@example.org>` is configured. */
  readonly folder: string
  /** A repository on the branch `main` with one commit: `a.txt`. */
  repository(name: string): Promise<string>
  /** What a person or an agent does with git. @returns what it printed */
  git(cwd: string, ...args: string[]): Promise<string>
  dispose(): Promise<void>
}

/** What every `workspace` must do, by the doc comments of the interface. */
export function describeWorkspaceContract(name: string, makeHarness: () => Promise<WorkspaceHarness>): void {
  describe(`workspace contract: ${name}`, () => {
    let harness: WorkspaceHarness
    let workspace: Workspace
    let repository: string
    let first: string

    beforeEach(async () => {
      harness = await makeHarness()
      workspace = harness.workspace
      repository = await harness.repository('repo')
      first = await harness.git(repository, 'rev-parse', 'HEAD')
    })
    afterEach(() => harness.dispose())

    const at = (...names: string[]) => join(harness.folder, ...names)
    const worktreeOf = async (role: string, more: {copy?: string[]; runHooks?: boolean} = {}) => {
      const {path} = await workspace.ensureWorktree({
        repository,
        path: at('worktrees', role),
        branch: `orch/p_1/${role}`,
        base: 'main',
        copy: more.copy ?? [],
        runHooks: more.runHooks ?? false,
      })
      return workspace.inspectWorktree({path, base: 'main'})
    }
    const commit = async (tree: string, file: string, content: string, message = `write ${file}`) => {
      await writeFile(join(tree, file), content)
      await harness.git(tree, 'add', '--all')
      await harness.git(tree, 'commit', '--quiet', '-m', message)
      return harness.git(tree, 'rev-parse', 'HEAD')
    }

    it('says its version', async () => {
      expect(await workspace.version()).to.match(/^\d+\.\d+/)
    })

    describe('inspectRepository', () => {
      it('tells the facts from a folder inside', async () => {
        await mkdir(join(repository, 'deep', 'er'), {recursive: true})
        await writeFile(join(repository, 'deep', 'new.txt'), 'new')
        await writeFile(join(repository, 'a.txt'), 'changed')
        expect(await workspace.inspectRepository(join(repository, 'deep', 'er'))).to.deep.equal({
          root: repository,
          commonDir: join(repository, '.git'),
          mainRoot: repository,
          tie: 'own',
          head: {kind: 'branch', name: 'main', sha: first},
          dirty: 2,
          bare: false,
          shallow: false,
          submodules: false,
          identity: {name: 'Ada', email: 'ada@example.org'},
          blockingRef: null,
          operation: null,
          signsCommits: false,
          programs: [],
        })
      })

      it('tells a branch that stands in the way', async () => {
        await harness.git(repository, 'branch', 'orch')
        expect((await workspace.inspectRepository(repository)).blockingRef).to.equal('refs/heads/orch')
      })

      it('knows a detached HEAD', async () => {
        await harness.git(repository, 'switch', '--quiet', '--detach')
        expect((await workspace.inspectRepository(repository)).head).to.deep.equal({kind: 'detached', sha: first})
      })

      it('refuses a folder that is in no repository', async () => {
        await rejectsWith('ORCH_NOT_A_REPOSITORY', workspace.inspectRepository(harness.folder))
        await rejectsWith('ORCH_NOT_A_REPOSITORY', workspace.inspectRepository(at('absent')))
      })
    })

    it('makes the first commit of an unborn repository and leaves the folder alone', async () => {
      const unborn = at('unborn')
      await mkdir(unborn)
      await harness.git(unborn, 'init', '--quiet', '-b', 'trunk')
      await writeFile(join(unborn, 'notes.txt'), 'mine')
      expect((await workspace.inspectRepository(unborn)).head).to.deep.equal({kind: 'unborn', name: 'trunk'})
      const sha = await workspace.commitInitial(unborn, 'Start')
      expect((await workspace.inspectRepository(unborn)).head).to.deep.equal({kind: 'branch', name: 'trunk', sha})
      expect(await harness.git(unborn, 'ls-tree', '-r', 'HEAD')).to.equal('')
      expect(await harness.git(unborn, 'status', '--porcelain')).to.equal('?? notes.txt')
      await rejectsWith('ORCH_CLASH', workspace.commitInitial(unborn, 'Again'))
    })

    it('makes a branch once', async () => {
      expect(await workspace.ensureBranch({repository, branch: 'orch/p_1/integration', at: 'main'})).to.equal(first)
      await commit(repository, 'b.txt', 'b')
      expect(await workspace.ensureBranch({repository, branch: 'orch/p_1/integration', at: 'main'})).to.equal(first)
    })

    it('resolves names and tells descent', async () => {
      const second = await commit(repository, 'b.txt', 'b')
      expect(await workspace.resolve(repository, 'refs/heads/main')).to.equal(second)
      expect(await workspace.resolve(repository, 'refs/heads/absent')).to.equal(null)
      expect(await workspace.resolve(repository, '--all')).to.equal(null)
      expect(await workspace.isAncestor(repository, first, 'main')).to.equal(true)
      expect(await workspace.isAncestor(repository, 'main', first)).to.equal(false)
    })

    it('counts the commits that one has and the other has not', async () => {
      const second = await commit(repository, 'b.txt', 'b')
      expect(await workspace.countAhead({repository, base: first, head: second})).to.equal(1)
      expect(await workspace.countAhead({repository, base: second, head: first})).to.equal(0)
      expect(await workspace.countAhead({repository, base: first, head: 'main'})).to.equal(1)
      await rejectsWith('ORCH_NOT_FOUND', workspace.countAhead({repository, base: first, head: 'absent'}))
    })

    describe('worktrees', () => {
      it('makes one, takes it up again with what is in it, and tells what is in it', async () => {
        const made = await worktreeOf('developer')
        const path = at('worktrees', 'developer')
        expect(made).to.deep.equal({path, branch: 'orch/p_1/developer', head: first, changed: [], untracked: [], ahead: []})
        const sha = await commit(path, 'b.txt', 'b', 'Add b')
        await writeFile(join(path, 'a.txt'), 'changed')
        await writeFile(join(path, 'new é.txt'), 'new')
        const facts = {
          path,
          branch: 'orch/p_1/developer',
          head: sha,
          changed: ['a.txt'],
          untracked: ['new é.txt'],
          ahead: [{sha, subject: 'Add b'}],
        }
        expect(await worktreeOf('developer')).to.deep.equal(facts)
        expect(await workspace.inspectWorktree({path, base: 'main'})).to.deep.equal(facts)
      })

      it('refuses a folder that holds something else, and leaves it alone', async () => {
        await mkdir(at('worktrees', 'developer'), {recursive: true})
        await writeFile(at('worktrees', 'developer', 'mine.txt'), 'mine')
        await rejectsWith('ORCH_REFUSED', worktreeOf('developer'))
        expect(await readFile(at('worktrees', 'developer', 'mine.txt'), 'utf8')).to.equal('mine')
      })

      it('copies ignored files that were asked for', async () => {
        await commit(repository, '.gitignore', '.env\nsecret/\n')
        await writeFile(join(repository, '.env'), 'KEY=1')
        await mkdir(join(repository, 'secret'))
        await writeFile(join(repository, 'secret', 'key'), 'k')
        await writeFile(join(repository, '.worktreeinclude'), 'secret/\n')
        const {path, untracked} = await worktreeOf('developer', {copy: ['.env']})
        expect(await readFile(join(path, '.env'), 'utf8')).to.equal('KEY=1')
        expect(await readFile(join(path, 'secret', 'key'), 'utf8')).to.equal('k')
        expect(untracked).to.deep.equal([])
      })

      it('removes one only with proof', async () => {
        const {path} = await worktreeOf('developer')
        const remove = () => workspace.removeWorktree({repository, path, mergedInto: 'main'})
        await writeFile(join(path, 'new.txt'), 'new')
        expect((await rejectsWith('ORCH_REFUSED', remove())).message).to.contain('new.txt')
        const sha = await commit(path, 'new.txt', 'new')
        expect((await rejectsWith('ORCH_REFUSED', remove())).message).to.contain(sha.slice(0, 12))
        await harness.git(repository, 'merge', '--quiet', sha)
        await remove()
        expect(await harness.git(repository, 'worktree', 'list', '--porcelain')).to.not.contain(path)
        expect(await workspace.resolve(repository, 'refs/heads/orch/p_1/developer')).to.equal(sha)
        await remove()
      })

      it('rescues what is not committed and leaves the worktree as it is', async () => {
        const {path} = await worktreeOf('developer')
        const rescue = () => workspace.rescue({path, base: 'main', project: 'p_1', role: 'developer', at: 1_700_000_000_000})
        expect(await rescue()).to.equal(null)
        const sha = await commit(path, 'b.txt', 'b')
        await writeFile(join(path, 'a.txt'), 'changed')
        await writeFile(join(path, 'new.txt'), 'new')
        const kept = (await rescue())!
        expect(kept.ref).to.match(/^refs\/orch\/rescue\/p_1\/developer\//)
        expect(await harness.git(repository, 'rev-parse', kept.ref, `${kept.ref}^`)).to.equal(`${kept.sha}\n${sha}`)
        expect(await harness.git(repository, 'show', `${kept.ref}:a.txt`)).to.equal('changed')
        expect(await harness.git(repository, 'show', `${kept.ref}:new.txt`)).to.equal('new')
        expect(await harness.git(path, 'status', '--porcelain')).to.equal('M a.txt\n?? new.txt')
      })
    })

    describe('merging', () => {
      const scratch = () => at('worktrees', '.scratch')
      const merge = (sha: string, onto = 'main') =>
        workspace.merge({repository, scratch: scratch(), onto, commit: sha, message: `Merge ${sha}`})
      const inspect = (sha: string) => workspace.inspectScratch({repository, path: scratch(), at: sha})

      it('merges, says when there is nothing to, and reports a conflict with its files', async () => {
        const [one, two] = [await worktreeOf('one'), await worktreeOf('two')]
        const [left, right] = [await commit(one.path, 'a.txt', 'left\n'), await commit(two.path, 'a.txt', 'right\n')]
        await workspace.ensureScratch({repository, path: scratch(), at: 'main'})
        const merged = await merge(left)
        expect(merged.outcome).to.equal('merged')
        const sha = 'sha' in merged ? merged.sha : ''
        expect(await harness.git(repository, 'log', '-1', '--format=%P%n%s', sha)).to.equal(`${first} ${left}\nMerge ${left}`)
        expect(await merge(left, sha)).to.deep.equal({outcome: 'nothing', sha})
        const conflict = await merge(right, sha)
        expect(conflict).to.deep.include({outcome: 'conflicted', files: ['a.txt']})
        expect(await harness.git(scratch(), 'status', '--porcelain')).to.equal('')
        expect(await harness.git(scratch(), 'rev-parse', 'HEAD')).to.equal(sha)
      })

      it('tells how a scratch worktree differs from a commit, and puts it back', async () => {
        await commit(repository, '.gitignore', 'deps/\n')
        const sha = await commit(repository, 'b.txt', 'b\n')
        const pristine = {head: sha, changed: [], untracked: []}
        const ensure = (keep?: 'ignored' | 'untracked' | 'nothing') =>
          workspace.ensureScratch({repository, path: scratch(), at: sha, ...(keep ? {keep} : {})})
        const soil = async () => {
          await writeFile(join(scratch(), 'a.txt'), 'changed')
          await writeFile(join(scratch(), 'new.txt'), 'new')
          await mkdir(join(scratch(), 'deps'), {recursive: true})
          await writeFile(join(scratch(), 'deps', 'x'), 'x')
        }
        await ensure()
        expect(await inspect(sha)).to.deep.equal(pristine)
        expect((await inspect(first)).changed).to.have.members(['.gitignore', 'b.txt'])
        await soil()
        expect(await inspect(sha)).to.deep.equal({...pristine, changed: ['a.txt'], untracked: ['new.txt']})
        await ensure('untracked')
        expect(await inspect(sha)).to.deep.equal({...pristine, untracked: ['new.txt']})
        await ensure()
        expect(await inspect(sha)).to.deep.equal(pristine)
        expect(await readFile(join(scratch(), 'deps', 'x'), 'utf8')).to.equal('x')
        await ensure('nothing')
        await rejects(readFile(join(scratch(), 'deps', 'x')))
      })

      it('discards a scratch worktree that is damaged, and says when it is made anew', async () => {
        const ensure = () => workspace.ensureScratch({repository, path: scratch(), at: 'main'})
        const discard = () => workspace.discardScratch({repository, path: scratch()})
        await discard()
        expect(await ensure()).to.deep.equal({made: true})
        expect(await ensure()).to.deep.equal({made: false})
        await rm(join(scratch(), '.git'))
        await writeFile(join(scratch(), '.git'), 'damaged')
        await rejects(inspect(first))
        await discard()
        await rejects(readFile(join(scratch(), 'a.txt')))
        expect(await ensure()).to.deep.equal({made: true})
        expect(await inspect(first)).to.deep.equal({head: first, changed: [], untracked: []})
      })

      it('lists the files of a commit and the ignored files that are copied, each with an id of its content', async () => {
        const sha = await commit(repository, '.gitignore', '.env\n')
        const listed = await workspace.listFiles({repository, commit: sha})
        expect(listed.map(({path}) => path)).to.have.members(['.gitignore', 'a.txt'])
        expect((await workspace.listFiles({repository, commit: first})).map(({path}) => path)).to.deep.equal(['a.txt'])
        const idOf = async () => {
          const [only, ...others] = await workspace.listIgnored({repository, copy: ['.env']})
          expect([only!.path, others]).to.deep.equal(['.env', []])
          return only!.id
        }
        expect(await workspace.listIgnored({repository, copy: ['.env']})).to.deep.equal([])
        await writeFile(join(repository, '.env'), 'KEY=1')
        const id = await idOf()
        await workspace.ensureScratch({repository, path: scratch(), at: sha})
        await workspace.copyIgnored({repository, path: scratch(), copy: ['.env']})
        expect(await readFile(join(scratch(), '.env'), 'utf8')).to.equal('KEY=1')
        await writeFile(join(repository, '.env'), 'KEY=2')
        expect(await idOf()).not.to.equal(id)
        await workspace.copyIgnored({repository, path: scratch(), copy: ['.env']})
        expect(await readFile(join(scratch(), '.env'), 'utf8')).to.equal('KEY=1')
      })

      it('moves a branch only from where it was', async () => {
        const second = await commit(repository, 'b.txt', 'b')
        const branch = 'orch/p_1/integration'
        await workspace.ensureBranch({repository, branch, at: first})
        await workspace.advance({repository, branch, from: first, to: second})
        expect(await workspace.resolve(repository, `refs/heads/${branch}`)).to.equal(second)
        await rejectsWith('ORCH_CLASH', workspace.advance({repository, branch, from: first, to: second}))
      })

      it("moves a person's branch forward when its tree is clean, and not otherwise", async () => {
        const {path} = await worktreeOf('developer')
        const sha = await commit(path, 'b.txt', 'b')
        const forward = () => workspace.fastForwardParent({repository, branch: 'main', to: sha})
        await writeFile(join(repository, 'a.txt'), 'changed')
        expect((await rejectsWith('ORCH_REFUSED', forward())).message).to.contain('a.txt')
        await harness.git(repository, 'checkout', '--quiet', 'a.txt')
        await forward()
        expect(await harness.git(repository, 'rev-parse', 'HEAD')).to.equal(sha)
        expect(await harness.git(repository, 'status', '--porcelain')).to.equal('')
        expect(await readFile(join(repository, 'b.txt'), 'utf8')).to.equal('b')
        await commit(repository, 'c.txt', 'c')
        const other = await commit(path, 'd.txt', 'd')
        await rejectsWith('ORCH_REFUSED', workspace.fastForwardParent({repository, branch: 'main', to: other}))
      })
    })

    it('shows a diff and a stat of it', async () => {
      const to = await commit(repository, 'b.txt', 'b\n')
      const patch = await workspace.diff({repository, from: first, to})
      expect(patch).to.contain('diff --git a/b.txt b/b.txt').and.contain('+b')
      expect(await workspace.diff({repository, from: first, to, stat: true})).to.contain('1 file changed, 1 insertion(+)')
      expect(await workspace.diff({repository, from: to, to})).to.equal('')
      await rejectsWith('ORCH_NOT_FOUND', workspace.diff({repository, from: 'absent', to}))
    })
  })
}

/** The error of the registry that `work` fails with. */
async function rejectsWith<C extends ErrorCode>(code: C, work: Promise<unknown>): Promise<OrchError<C>> {
  const outcome = await work.then(
    () => new Error(`nothing failed; expected ${code}`),
    (error: unknown) => error,
  )
  if (!hasCode(outcome, code)) throw outcome
  return outcome
}

async function rejects(work: Promise<unknown>): Promise<void> {
  const failed = await work.then(
    () => false,
    () => true,
  )
  expect(failed).to.equal(true)
}
