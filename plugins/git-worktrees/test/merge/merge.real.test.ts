import {expect} from 'chai'
import {mkdir, readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {exists} from '../../src/files/paths.js'
import {rejectsWith} from '../support/rejects.js'
import {fingerprint, Sandbox} from '../support/sandbox.js'

describe('merging in a scratch worktree', () => {
  let sandbox: Sandbox
  let repo: string
  let first: string
  const scratch = () => sandbox.path('worktrees', 'scratch')
  beforeEach(async () => {
    sandbox = await Sandbox.make()
    repo = await sandbox.repository('repo', {'a.txt': 'a\n', 'b é.txt': 'b\n', '.gitignore': 'node_modules/\n'})
    first = await sandbox.git(repo, 'rev-parse', 'HEAD')
  })
  afterEach(() => sandbox.dispose())

  const ensure = (at = 'main') => {
    onto = at
    return sandbox.workspace().ensureScratch({repository: repo, path: scratch(), at})
  }
  /** Where the scratch worktree was put last. */
  let onto: string
  const merge = (commit: string, message = 'Merge') =>
    sandbox.workspace().merge({repository: repo, scratch: scratch(), onto, commit, message})
  const admin = (...names: string[]) => join(repo, '.git', 'worktrees', 'scratch', ...names)
  const branch = async (name: string, files: Record<string, string>, from = first) => {
    const tree = sandbox.path(`tree-${name}`)
    await sandbox.git(repo, 'worktree', 'add', '--quiet', '-b', name, tree, from)
    return sandbox.commit(tree, files)
  }
  const expectClean = async (sha: string) => {
    expect(await sandbox.git(scratch(), 'status', '--porcelain')).to.equal('')
    expect(await sandbox.git(scratch(), 'rev-parse', 'HEAD')).to.equal(sha)
    for (const file of ['MERGE_HEAD', 'MERGE_MSG', 'index.lock']) expect(await exists(admin(file)), file).to.equal(false)
    await expectFailure(sandbox.git(scratch(), 'symbolic-ref', 'HEAD'))
  }

  it('reports every conflicted file by its name and leaves the scratch as it was', async () => {
    await branch('left', {'a.txt': 'left\n', 'b é.txt': 'left\n', 'new.txt': 'left\n'})
    const right = await branch('right', {'a.txt': 'right\n', 'b é.txt': 'right\n', 'new.txt': 'right\n', 'fine.txt': 'fine\n'})
    await ensure('left')
    const result = await merge(right)
    expect(result).to.deep.include({outcome: 'conflicted', files: ['a.txt', 'b é.txt', 'new.txt']})
    expect('output' in result && result.output)
      .to.contain('CONFLICT')
      .and.contain('b é.txt')
    await expectClean(await sandbox.git(repo, 'rev-parse', 'left'))
  })

  it('reports a conflict of submodules', async () => {
    const library = await sandbox.repository('library')
    await sandbox.git(repo, 'submodule', '--quiet', 'add', library, 'lib')
    const base = await sandbox.commit(repo, {})
    const pin = async (name: string) => {
      const tree = sandbox.path(`tree-${name}`)
      const sha = await sandbox.commit(library, {[name]: ''})
      await sandbox.git(repo, 'worktree', 'add', '--quiet', '-b', name, tree, base)
      await sandbox.git(tree, 'update-index', '--cacheinfo', `160000,${sha},lib`)
      await sandbox.git(tree, 'commit', '--quiet', '-m', name)
      return sandbox.git(tree, 'rev-parse', 'HEAD')
    }
    const [left, right] = [await pin('left'), await pin('right')]
    await sandbox.git(repo, 'branch', '-f', 'diverged', right)
    await ensure(left)
    const other = await sandbox.git(repo, 'commit-tree', '-p', base, '-m', 'x', `${right}^{tree}`)
    await sandbox.git(library, 'switch', '--quiet', '--orphan', 'apart')
    expect(await merge(other)).to.deep.include({outcome: 'conflicted', files: ['lib']})
    await expectClean(left)
  })

  it('makes a merge commit also where a fast-forward would do, and where trees are equal', async () => {
    const ahead = await branch('ahead', {'a.txt': 'ahead\n'})
    await ensure()
    const merged = await merge(ahead, '#1 is kept\n\nbody')
    expect(merged.outcome).to.equal('merged')
    expect(await sandbox.git(scratch(), 'log', '-1', '--format=%P %an%n%B')).to.equal(`${first} ${ahead} Ada\n#1 is kept\n\nbody`)
    const back = await branch('back', {'a.txt': 'a\n'}, ahead)
    await ensure(back)
    const same = await branch('same', {}, ahead)
    expect((await merge(same)).outcome).to.equal('merged')
  })

  it('is not changed by what a person configured for merging', async () => {
    const ahead = await branch('ahead', {'a.txt': 'ahead\n'})
    for (const [key, value] of [
      ['merge.ff', 'only'],
      ['merge.log', 'true'],
      ['commit.gpgSign', 'true'],
      ['gpg.program', '/nonexistent/gpg'],
      ['core.editor', '/nonexistent/editor'],
      ['merge.verifySignatures', 'true'],
      ['rerere.enabled', 'true'],
    ]) {
      await sandbox.git(repo, 'config', key!, value!)
    }
    for (const hook of ['commit-msg', 'pre-merge-commit', 'post-merge', 'prepare-commit-msg']) {
      await sandbox.write(join(repo, '.git', 'hooks', hook), '#!/bin/sh\nexit 1\n', 0o755)
    }
    await ensure()
    expect((await merge(ahead)).outcome).to.equal('merged')
    expect(await sandbox.git(scratch(), 'log', '-1', '--format=%B')).to.equal('Merge')
    expect(await exists(join(repo, '.git', 'rr-cache'))).to.equal(false)
  })

  it('carries an identity where none is configured, and writes none', async () => {
    const ahead = await branch('ahead', {'a.txt': 'ahead\n'})
    await writeFile(sandbox.path('home', '.gitconfig'), '')
    await ensure()
    expect((await merge(ahead)).outcome).to.equal('merged')
    expect(await sandbox.git(scratch(), 'log', '-1', '--format=%an <%ae> %cn <%ce>')).to.equal(
      'orch <orch@localhost> orch <orch@localhost>',
    )
    expect(await readFile(sandbox.path('home', '.gitconfig'), 'utf8')).to.equal('')
  })

  it('gives unrelated histories back as a conflict', async () => {
    const tree = await sandbox.git(repo, 'rev-parse', 'HEAD^{tree}')
    const orphan = await sandbox.git(repo, 'commit-tree', '-m', 'orphan', tree)
    await ensure()
    const result = await merge(orphan)
    expect(result).to.deep.include({outcome: 'conflicted', files: []})
    expect('output' in result && result.output).to.contain('unrelated histories')
    await expectClean(first)
  })

  it('fails when git does, and leaves the scratch clean', async () => {
    const broken = await branch('broken', {'c.txt': 'lost\n'})
    const blob = await sandbox.git(repo, 'rev-parse', `${broken}:c.txt`)
    await ensure()
    await rm(join(repo, '.git', 'objects', blob.slice(0, 2), blob.slice(2)))
    await rejectsWith('ORCH_GIT', merge(broken))
    await expectClean(first)
    await rejectsWith('ORCH_NOT_FOUND', merge('absent'))
  })

  describe('ensureScratch', () => {
    it('clears away a merge that was killed half-way', async () => {
      const [left, right] = [await branch('left', {'a.txt': 'left\n'}), await branch('right', {'a.txt': 'right\n', 'new.txt': 'right\n'})]
      await ensure(left)
      await sandbox.git(scratch(), 'merge', right).catch(() => '')
      expect(await exists(admin('MERGE_HEAD'))).to.equal(true)
      await writeFile(admin('index.lock'), 'torn')
      await writeFile(admin('HEAD.lock'), '')
      await ensure(left)
      await expectClean(left)
      expect((await merge(right)).outcome).to.equal('conflicted')
    })

    it('mends an index that was torn', async () => {
      await ensure()
      await writeFile(admin('index'), 'DIRC torn')
      await sandbox.write(join(scratch(), 'left-over'), '')
      await ensure()
      await expectClean(first)
    })

    it('clears what acceptance commands left, but not what set-up installed', async () => {
      const ahead = await branch('ahead', {'coverage/report': 'x\n'})
      await ensure()
      await sandbox.write(join(scratch(), 'a.txt'), 'rewritten by a formatter\n')
      await sandbox.write(join(scratch(), 'coverage', 'report'), 'in the way\n')
      await sandbox.write(join(scratch(), 'node_modules', 'x'), '')
      await mkdir(join(scratch(), 'nested'))
      await sandbox.git(join(scratch(), 'nested'), 'init', '--quiet')
      expect((await merge(ahead)).outcome).to.equal('merged')
      expect([await exists(join(scratch(), 'node_modules', 'x')), await exists(join(scratch(), 'nested'))]).to.deep.equal([true, false])
    })

    it('never moves a branch that a command checked out there', async () => {
      const ahead = await branch('ahead', {'a.txt': 'ahead\n'})
      await ensure()
      await sandbox.git(scratch(), 'switch', '--quiet', '-c', 'made-by-a-test')
      await ensure(ahead)
      expect(await sandbox.git(repo, 'rev-parse', 'made-by-a-test')).to.equal(first)
      await expectClean(ahead)
    })

    it('makes it anew when its folder is gone', async () => {
      await ensure()
      await rm(scratch(), {recursive: true})
      await ensure()
      await expectClean(first)
    })

    it('goes on when git was killed while it made it', async () => {
      await ensure()
      await rm(admin('HEAD'))
      await rm(admin('commondir'))
      await rm(admin('index'))
      await ensure()
      await expectClean(first)
    })

    it('never resets what is not a scratch worktree', async () => {
      const tree = sandbox.path('theirs')
      await sandbox.git(repo, 'worktree', 'add', '--quiet', '-b', 'theirs', tree)
      await sandbox.write(join(tree, 'work'), 'work')
      const agent = {repository: repo, path: sandbox.path('agent'), branch: 'orch/p_1/dev', base: 'main', copy: [], runHooks: false}
      await sandbox.workspace().ensureWorktree(agent)
      const before = await fingerprint(tree)
      for (const path of [tree, agent.path, repo]) {
        await rejectsWith('ORCH_REFUSED', sandbox.workspace().ensureScratch({repository: repo, path, at: 'main'}))
        await rejectsWith(
          'ORCH_REFUSED',
          sandbox.workspace().merge({repository: repo, scratch: path, onto: first, commit: first, message: 'x'}),
        )
      }
      expect(await fingerprint(tree)).to.deep.equal(before)
    })

    it('works on a repository without a working tree', async () => {
      await sandbox.git(sandbox.folder, 'clone', '--quiet', '--bare', repo, 'bare.git')
      const request = {repository: sandbox.path('bare.git'), path: sandbox.path('bare scratch'), at: 'main'}
      await sandbox.workspace().ensureScratch(request)
      await sandbox.workspace().ensureScratch(request)
      expect(await readFile(join(request.path, 'a.txt'), 'utf8')).to.equal('a\n')
    })
  })

  it('does not move a branch that is checked out, nor one that is not of orch', async () => {
    const ahead = await branch('ahead', {'a.txt': 'ahead\n'})
    const workspace = sandbox.workspace()
    await workspace.ensureBranch({repository: repo, branch: 'orch/p_1/integration', at: first})
    await sandbox.git(repo, 'worktree', 'add', '--quiet', sandbox.path('looking'), 'orch/p_1/integration')
    const move = {repository: repo, branch: 'orch/p_1/integration', from: first, to: ahead}
    expect((await rejectsWith('ORCH_CLASH', workspace.advance(move))).message).to.contain(sandbox.path('looking'))
    await sandbox.git(sandbox.path('looking'), 'switch', '--quiet', '--detach')
    await workspace.advance(move)
    await rejectsWith('ORCH_REFUSED', workspace.advance({...move, branch: 'main'}))
    await rejectsWith('ORCH_CLASH', workspace.advance({...move, branch: 'orch/p_1/absent'}))
    await rejectsWith('ORCH_REFUSED', workspace.ensureBranch({repository: repo, branch: 'feature', at: first}))
  })
})

async function expectFailure(work: Promise<unknown>): Promise<void> {
  const failed = await work.then(
    () => false,
    () => true,
  )
  expect(failed).to.equal(true)
}
