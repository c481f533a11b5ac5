import {spawnSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {Sandbox} from '../support/sandbox.js'

interface Change {
  readonly id: string
  readonly what: string
  readonly undo: string | null
  readonly settled: string | null
}

interface Report {
  readonly id: string
  readonly state: string
  readonly reason: string | null
  readonly verified: boolean
  readonly repositoryChanges: readonly Change[]
}

interface Status {
  readonly needsYou: readonly {readonly what: string; readonly commands: readonly string[]}[]
}

/** What belongs to the person in a repository, byte for byte, by what a change of it is called. */
type Snapshot = Readonly<Record<string, string>>

const SPEC = '# Hello\n\nWrite b.txt.\n'
const HONEST = 'steps:\n  - write: {path: b.txt, content: "b\\n"}\n  - commit: Add b\n  - done: b stands\n'

describe('a run with agents that do what they may not', function () {
  this.timeout(120_000)
  let sandbox: Sandbox
  let repository: string

  beforeEach(() => {
    sandbox = new Sandbox()
    repository = sandbox.repository()
    sandbox.write('repo/notes.txt', 'mine, not committed\n')
  })
  afterEach(async function () {
    if (this.currentTest?.isFailed()) console.error((await sandbox.orch(['events'])).stdout)
    await sandbox.remove()
  })

  const run = async (script: string, ...flags: string[]) => {
    sandbox.write('scripts/developer.yaml', script)
    const spec = sandbox.write('spec.md', SPEC)
    return sandbox.json<Report>(
      ['run', spec, '--project', repository, '--agent', 'rehearsal', '--planner', 'outline', '--roles', 'developer'].concat(
        '--accept',
        'test -f b.txt',
        '--yes',
        '--wait',
        '--timeout',
        '60s',
        ...flags,
      ),
      {env: {ORCH_CONFIG_REHEARSAL__SCRIPTS: sandbox.path('scripts')}},
    )
  }
  const needs = async () =>
    (await sandbox.json<Status>(['status'])).data.needsYou.filter(({what}) => what.includes('your repository changed'))

  it('leaves the repository byte for byte as it was, and says nothing, where they do their work alone', async () => {
    const before = snapshot(sandbox, repository)
    const {data, stderr} = await run(HONEST)
    expect(data?.state, stderr).to.equal('completed')
    expect(snapshot(sandbox, repository)).to.deep.equal(before)
    expect(data.repositoryChanges).to.deep.equal([])
    expect(await needs()).to.deep.equal([])
  })

  it('says everything that differs afterwards in one line, runs nothing of it, and puts the configuration back on demand', async () => {
    const hook = sandbox.write('repo/.git/hooks/pre-commit', '#!/bin/sh\nt=$(mktemp -d); cd "$t" && git init -q .; exit 0\n')
    spawnSync('chmod', ['+x', hook])
    const before = snapshot(sandbox, repository)
    const pwned = sandbox.path('pwned')
    const config = readFileSync(join(repository, '.git', 'config'), 'utf8')
    const quiet = `git -C ${repository} -c core.hooksPath=/dev/null`
    const deeds = [
      `${quiet} add -A && ${quiet} commit -qm leaked && echo oops > ${repository}/leaked.txt`,
      `echo stashed >> ${repository}/README.md && ${quiet} stash -q && echo dirty >> ${repository}/README.md`,
      `${quiet} branch topic && ${quiet} tag v1 && ${quiet} replace HEAD HEAD~1`,
      `${quiet} worktree add -q --detach ${sandbox.path('theirs')}`,
      'mkdir nested && git init -q nested && rm -rf nested',
      'tmux kill-server || true',
    ]
    const after = [
      `git -C ${repository} config user.name Mallory`,
      `git -C ${repository} config filter.evil.clean 'touch ${pwned}; cat' && git -C ${repository} config filter.evil.smudge 'touch ${pwned}; cat'`,
      `echo '*.txt filter=evil' > ${repository}/.git/info/attributes`,
    ]
    const step = (command: string) => `  - run: [sh, -c, ${JSON.stringify(command)}]\n`
    const script = `steps:\n${deeds.map(step).join('')}${HONEST.replace('steps:\n', '').replace('  - done', `${after.map(step).join('')}  - done`)}`
    const {data, stderr, error} = await run(script)
    expect(data?.state, `${stderr} ${JSON.stringify(error)}`).to.equal('completed')
    expect(existsSync(pwned)).to.equal(false)

    const changed = differences(before, snapshot(sandbox, repository))
    expect(changed).to.include.members(['config', 'refs refs/heads/main', 'refs refs/stash', 'refs refs/tags/v1', 'tree', 'worktrees'])
    const said = data.repositoryChanges.map(({id}) => id)
    for (const what of changed)
      expect(
        said.some((id) => id.startsWith(what)),
        `${what} of ${said.join(', ')}`,
      ).to.equal(true)
    expect(said).to.include.members(['config core.bare', 'config user.name', 'config filter.evil.clean', 'refs refs/heads/topic'])
    const lines = await needs()
    expect(lines).to.have.length(1)
    expect(lines[0]!.what).to.contain('core.bare is "true"').and.contain('core.bare false')
    for (const {id} of data.repositoryChanges) expect(lines[0]!.what).to.contain(id.slice(id.indexOf(' ') + 1))

    const refused = await run(HONEST, '--fresh')
    expect(refused.error).to.include({code: 'ORCH_REPOSITORY'})
    expect(refused.error.remedy).to.contain('core.bare false')
    await sandbox.orch(['doctor', '--fix'])
    expect(configured(sandbox, repository)).to.equal(configured(sandbox, repository, config))
    expect(await needs()).to.deep.equal([])
    expect(sandbox.git(repository, 'status', '--porcelain')).to.include('README.md')
  })

  it('gives a folder whose .git file names a trusted repository nothing of that trust', async () => {
    await run(HONEST, '--trust-project')
    const evil = sandbox.path('evil')
    sandbox.write('evil/.git', 'gitdir: ../repo/.git\n')
    sandbox.write('evil/spec.md', SPEC)
    sandbox.write('evil/orch.config.yaml', `setup: ["touch ${sandbox.path('pwned')}"]\nmerge: parent\n`)
    const before = snapshot(sandbox, repository)
    const {error} = await sandbox.json(['run', join(evil, 'spec.md'), '--agent', 'rehearsal', '--planner', 'outline', '--yes', '--wait'])
    expect(error).to.include({code: 'ORCH_REPOSITORY'})
    expect(existsSync(sandbox.path('pwned'))).to.equal(false)
    expect(snapshot(sandbox, repository)).to.deep.equal(before)
  })
})

/** By the ids of changes, or the kind alone where one change names many. */
function snapshot(sandbox: Sandbox, repository: string): Snapshot {
  const gitDir = join(repository, '.git')
  // As git sees it whatever the configuration says by then.
  const git = (...args: string[]) => sandbox.git(repository, `--git-dir=${gitDir}`, `--work-tree=${repository}`, ...args)
  const refs = git('for-each-ref', '--format=%(refname) %(objectname)')
    .split('\n')
    .filter((line) => !/^refs\/(heads\/)?orch\//.test(line))
    .map((line) => line.split(' ') as [string, string])
  const read = (name: string) => (existsSync(join(gitDir, name)) ? readFileSync(join(gitDir, name), 'utf8') : '')
  return {
    ...Object.fromEntries(refs.map(([name, object]) => [`refs ${name}`, object])),
    config: read('config'),
    head: read('HEAD'),
    tree: [...filesIn(repository), git('ls-files', '--stage', '-v')].join('\n'),
    worktrees: git('worktree', 'list', '--porcelain')
      .split('\n')
      .filter((line) => line.startsWith('worktree ') && !line.includes('/data/'))
      .join('\n'),
    'files hooks': filesIn(join(gitDir, 'hooks')).join('\n'),
    'files info/attributes': read('info/attributes'),
    'refs refs/stash': read('logs/refs/stash'),
  }
}

function filesIn(folder: string, prefix = ''): string[] {
  return readdirSync(join(folder, prefix), {withFileTypes: true}).flatMap((entry) => {
    const path = join(prefix, entry.name)
    if (entry.name === '.git') return []
    if (entry.isDirectory()) return filesIn(folder, path)
    return [
      `${path} ${createHash('sha256')
        .update(readFileSync(join(folder, path)))
        .digest('hex')}`,
    ]
  })
}

function differences(before: Snapshot, after: Snapshot): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => before[name] !== after[name])
}

/** What a configuration says, however it is written. @param content default: the repository's own file */
function configured(sandbox: Sandbox, repository: string, content?: string): string {
  const file = content === undefined ? join(repository, '.git', 'config') : sandbox.write('config-before', content)
  return sandbox.git(repository, 'config', '--file', file, '--list').split('\n').sort().join('\n')
}
