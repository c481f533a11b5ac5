import {expect} from 'chai'
import {appendFile, chmod, copyFile, mkdir, readFile, rm, stat, symlink, utimes, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {rejectsWith} from '../support/rejects.js'
import {Sandbox} from '../support/sandbox.js'

const GOOD = 'good\n'
const EVIL = 'evil\n'

describe('a scratch worktree shows the recorded commit and nothing else', () => {
  let sandbox: Sandbox
  let repo: string
  let first: string
  /** The commit that is verified: its lib.js is evil. */
  let sha: string
  const scratch = () => sandbox.path('worktrees', 'scratch')
  const file = (name = 'lib.js') => join(scratch(), name)
  const admin = (...names: string[]) => join(repo, '.git', 'worktrees', 'scratch', ...names)
  const ensure = (at = sha) => sandbox.workspace().ensureScratch({repository: repo, path: scratch(), at})
  const inspect = () => sandbox.workspace().inspectScratch({repository: repo, path: scratch(), at: sha})
  const object = (id: string) => join(repo, '.git', 'objects', id.slice(0, 2), id.slice(2))

  beforeEach(async () => {
    sandbox = await Sandbox.make()
    repo = await sandbox.repository('repo', {'lib.js': GOOD, 'sub/a.txt': 'a\n'})
    first = await sandbox.git(repo, 'rev-parse', 'HEAD')
    sha = await sandbox.commit(repo, {'lib.js': EVIL})
  })
  afterEach(() => sandbox.dispose())

  it('shows the content of the commit where an object is replaced (git replace)', async () => {
    await sandbox.git(repo, 'replace', `${sha}:lib.js`, `${first}:lib.js`)
    await ensure()
    expect(await readFile(file(), 'utf8')).to.equal(EVIL)
    await sandbox.git(repo, 'replace', sha, first)
    await ensure()
    expect(await readFile(file(), 'utf8')).to.equal(EVIL)
  })

  it('merges by the parents of the commits where grafts name others', async () => {
    const tree = await sandbox.git(repo, 'rev-parse', `${first}^{tree}`)
    const apart = await sandbox.git(repo, 'commit-tree', '-m', 'apart', tree)
    await appendFile(join(repo, '.git', 'info', 'grafts'), `${apart} ${sha}\n`)
    await ensure()
    const merge = {repository: repo, scratch: scratch(), onto: sha, commit: apart, message: 'Merge'}
    expect(await sandbox.workspace().merge(merge)).to.deep.include({outcome: 'conflicted', files: []})
  })

  describe('notices', () => {
    beforeEach(() => ensure())

    it('a changed file whose size and times were put back', async () => {
      const {atime, mtime} = await stat(file())
      await writeFile(file(), GOOD)
      await utimes(file(), atime, mtime)
      await sandbox.git(scratch(), 'config', 'core.trustctime', 'false')
      expect((await inspect()).changed).to.deep.equal(['lib.js'])
    })

    for (const flag of ['--assume-unchanged', '--skip-worktree']) {
      it(`a changed file that the index hides with ${flag}, and puts it back`, async () => {
        await sandbox.git(scratch(), 'update-index', flag, 'lib.js')
        await writeFile(file(), GOOD)
        expect((await inspect()).changed).to.deep.equal(['lib.js'])
        await ensure()
        expect(await readFile(file(), 'utf8')).to.equal(EVIL)
      })
    }

    it('a change that only the index holds', async () => {
      await writeFile(file(), GOOD)
      await sandbox.git(scratch(), 'add', 'lib.js')
      await writeFile(file(), EVIL)
      expect((await inspect()).changed).to.deep.equal(['lib.js'])
    })

    it('a commit made there', async () => {
      const other = await sandbox.commit(scratch(), {'lib.js': GOOD})
      expect(await inspect()).to.deep.equal({head: other, changed: ['lib.js'], untracked: []})
    })

    it('a file removed, one made executable and one turned into a link', async () => {
      await chmod(file(), 0o755)
      expect((await inspect()).changed).to.deep.equal(['lib.js'])
      await rm(file('sub/a.txt'))
      await rm(file())
      await symlink('sub/a.txt', file())
      expect((await inspect()).changed).to.deep.equal(['lib.js', 'sub/a.txt'])
    })

    it('a change where a configuration of its own names another working tree', async () => {
      await writeFile(file(), GOOD)
      await mkdir(sandbox.path('elsewhere', 'sub'), {recursive: true})
      await writeFile(sandbox.path('elsewhere', 'lib.js'), EVIL)
      await writeFile(sandbox.path('elsewhere', 'sub', 'a.txt'), 'a\n')
      await sandbox.git(repo, 'config', 'extensions.worktreeConfig', 'true')
      await writeFile(admin('config.worktree'), `[core]\n\tworktree = ${sandbox.path('elsewhere')}\n`)
      expect((await inspect()).changed).to.deep.equal(['lib.js'])
    })

    it('an object of the commit that was given another content', async () => {
      const [tree, blob] = [await sandbox.git(repo, 'rev-parse', `${sha}:sub`), await sandbox.git(repo, 'rev-parse', `${first}:lib.js`)]
      const forged = (
        await sandbox.processes.run('git', ['mktree'], {cwd: repo, env: sandbox.environment, input: `100644 blob ${blob}\ta.txt\n`})
      ).stdout
      await chmod(object(tree), 0o644)
      await copyFile(object(forged.trim()), object(tree))
      await writeFile(file('sub/a.txt'), GOOD)
      const error = await inspect().then(
        () => null,
        (failure: unknown) => failure as {code: string},
      )
      expect(error?.code).to.be.oneOf(['ORCH_REFUSED', 'ORCH_GIT'])
    })

    it('a `.git` that names another worktree', async () => {
      await sandbox.git(repo, 'worktree', 'add', '--quiet', '--detach', sandbox.path('other'), first)
      await copyFile(sandbox.path('other', '.git'), file('.git'))
      await rejectsWith('ORCH_REFUSED', inspect())
    })
  })

  it('has the whole commit where the person works with a sparse checkout', async () => {
    await sandbox.git(repo, 'sparse-checkout', 'set', 'sub')
    await ensure()
    expect(await readFile(file(), 'utf8')).to.equal(EVIL)
    expect((await inspect()).changed).to.deep.equal([])
  })

  it('notices a submodule at another commit, and a reset leaves it to the set-up', async () => {
    const library = await sandbox.repository('library')
    const pinned = await sandbox.git(library, 'rev-parse', 'HEAD')
    const newer = await sandbox.commit(library, {'b.txt': 'b\n'})
    await sandbox.git(repo, 'submodule', '--quiet', 'add', library, 'lib')
    await sandbox.git(join(repo, 'lib'), 'checkout', '--quiet', pinned)
    sha = await sandbox.commit(repo, {})
    await ensure()
    expect((await inspect()).changed).to.deep.equal([])
    await sandbox.git(scratch(), 'submodule', '--quiet', 'update', '--init')
    expect((await inspect()).changed).to.deep.equal([])
    await sandbox.git(file('lib'), 'checkout', '--quiet', newer)
    expect((await inspect()).changed).to.deep.equal(['lib'])
    await ensure()
    const listed = await sandbox.workspace().listFiles({repository: repo, commit: sha})
    expect(listed.find(({path}) => path === 'lib/')).to.deep.equal({path: 'lib/', id: pinned})
  })

  it('takes line ends that a checkout writes for what they are, and no others', async () => {
    await sandbox.write(join(repo, 'mixed.txt'), 'a\r\nb\n')
    await sandbox.git(repo, 'add', 'mixed.txt')
    await sandbox.git(repo, 'commit', '--quiet', '-m', 'mixed')
    // Attributes that come after the file leave it in the repository as it was.
    sha = await sandbox.commit(repo, {'.gitattributes': 'mixed.txt text eol=crlf\n'})
    await sandbox.git(repo, 'cat-file', '-e', `${sha}:mixed.txt`)
    await ensure()
    expect((await inspect()).changed).to.deep.equal([])
    await writeFile(file('mixed.txt'), 'a\r\nc\r\n')
    expect((await inspect()).changed).to.deep.equal(['mixed.txt'])
  })

  it('is merged onto the commit that is named, wherever HEAD was moved to', async () => {
    await ensure(first)
    await sandbox.commit(scratch(), {'smuggled.txt': 'x\n'})
    const result = await sandbox.workspace().merge({repository: repo, scratch: scratch(), onto: first, commit: sha, message: 'Merge'})
    const merged = 'sha' in result ? result.sha : ''
    expect(await sandbox.git(repo, 'log', '-1', '--format=%P', merged)).to.equal(`${first} ${sha}`)
    expect(await sandbox.git(repo, 'ls-tree', '--name-only', merged)).to.equal('lib.js\nsub')
  })
})
