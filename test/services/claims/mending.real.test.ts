import {expect} from 'chai'
import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {judgeWork} from '../../../src/domain/work-judgement.js'
import {Sandbox} from '../../../plugins/git-worktrees/test/support/sandbox.js'

const BRANCH = 'orch/demo-123456/developer'

/** How each situation comes about; the commands run in the agent's worktree. */
const SITUATIONS: Readonly<Record<string, (place: {sandbox: Sandbox; path: string; git: Git}) => Promise<unknown>>> = {
  'changed and new files, with names a shell would take apart': async ({sandbox, path}) => {
    await sandbox.write(join(path, 'a.txt'), 'changed\n')
    await sandbox.write(join(path, "it's $(touch pwned) new.txt"), 'x')
  },
  'very many new files': async ({sandbox, path}) => {
    for (let count = 0; count < 12; count++) await sandbox.write(join(path, `f${count}`), 'x')
  },
  'files the index overlooks': async ({sandbox, path, git}) => {
    await git('update-index', '--assume-unchanged', 'a.txt')
    await sandbox.write(join(path, 'a.txt'), 'changed\n')
  },
  'a repository in the tree': ({sandbox, path}) => inner(sandbox, join(path, 'lib')),
  'a committed link to a repository': async ({sandbox, path, git}) => {
    await inner(sandbox, join(path, 'lib'))
    await git('add', 'lib')
    await git('commit', '--quiet', '-m', 'link')
  },
  'an ignored repository with commits': ({sandbox, path}) => inner(sandbox, join(path, 'cache', 'lib')),
  'a detached HEAD with a commit': async ({sandbox, path, git}) => {
    await git('switch', '--quiet', '--detach')
    await sandbox.commit(path, {'detached.txt': 'x\n'})
  },
  'a detached HEAD that was left': async ({sandbox, path, git}) => {
    await git('switch', '--quiet', '--detach')
    await sandbox.commit(path, {'left.txt': 'x\n'})
    await git('switch', '--quiet', BRANCH)
  },
  'another branch with a commit': async ({sandbox, path, git}) => {
    await git('switch', '--quiet', '-c', 'side')
    await sandbox.commit(path, {'side.txt': 'x\n'})
    await git('switch', '--quiet', BRANCH)
  },
  'a stash': async ({sandbox, path, git}) => {
    await sandbox.write(join(path, 'a.txt'), 'stashed\n')
    await git('stash', 'push', '--quiet')
  },
  'files hidden by the exclude file': async ({sandbox, path}) => {
    await sandbox.write(sandbox.path('repo', '.git', 'info', 'exclude'), 'work.py\n')
    await sandbox.write(join(path, 'work.py'), 'x')
  },
  'a worktree of its own': async ({sandbox, path, git}) => {
    await git('worktree', 'add', '--quiet', '--detach', join(path, '..', 'mine'))
    await sandbox.commit(join(path, '..', 'mine'), {'mine.txt': 'x\n'})
  },
  'a bisect under way': async ({git}) => git('bisect', 'start'),
  'a merge under way': async ({sandbox, path, git}) => {
    await git('switch', '--quiet', '-c', 'side', 'HEAD^')
    await sandbox.commit(path, {'side.txt': 'x\n'})
    await git('switch', '--quiet', BRANCH)
    await git('merge', '--quiet', '--no-commit', '--no-ff', 'side')
  },
}
type Git = (...args: string[]) => Promise<string>

async function inner(sandbox: Sandbox, folder: string): Promise<void> {
  await mkdir(folder, {recursive: true})
  await sandbox.git(folder, 'init', '--quiet')
  await sandbox.commit(folder, {'work.js': 'precious\n'}, 'inner')
}

describe('the command that a rejection names', () => {
  let sandbox: Sandbox
  afterEach(() => sandbox.dispose())

  for (const [what, make] of Object.entries(SITUATIONS)) {
    it(`mends ${what}`, async () => {
      sandbox = await Sandbox.make()
      const workspace = sandbox.workspace()
      const repository = await sandbox.repository('repo', {'a.txt': 'a\n', '.gitignore': 'cache/\n'})
      const since = Date.now()
      const base = await sandbox.git(repository, 'rev-parse', 'HEAD')
      const place = {repository, path: sandbox.path('state', 'worktrees', 'developer'), branch: BRANCH, base, copy: [], runHooks: false}
      const {path} = await workspace.ensureWorktree(place)
      await sandbox.commit(path, {'b.txt': 'b\n'})
      await make({sandbox, path, git: (...args) => sandbox.git(path, ...args)})
      const judge = async () => judgeWork(await workspace.inspectWork({path, branch: BRANCH, base, since}), BRANCH).problems
      const problems = await judge()
      expect(problems, 'what was made').to.not.deep.equal([])
      // One command may mend two problems, or lay open the next.
      for (let step = 0, left = problems; left.length > 0 && step < 4; step++, left = await judge()) await run(left[0]!, path)
      expect(await judge()).to.deep.equal([])
    })
  }

  /** Runs what follows "Fix it with:", without the alternative in brackets. */
  async function run(problem: string, cwd: string): Promise<void> {
    const command = /Fix it with: (.*?)(?: \((?:or|if) .*\))?$/s
      .exec(problem)![1]!
      .replace(/ after committing what is left there, then /, ' && ')
    const {exitCode, stderr} = await sandbox.processes.run('sh', ['-c', command], {cwd, env: sandbox.environment, timeoutMs: 30_000})
    expect(exitCode, `${command}: ${stderr}`).to.equal(0)
  }
})
