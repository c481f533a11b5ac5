// `npm start`: runs the example with a team of rehearsal agents, in a folder of its own, to a verified merge.
import {spawnSync} from 'node:child_process'
import {cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const example = join(root, 'examples', 'quickstart')
const SET_UP = ['npm', 'ci', '--no-audit', '--no-fund', '--offline']
const ROLES = 'project-manager,developer,tester,documentation-writer'
const INSTALL = {
  git: 'Install git 2.34 or newer: apt install git, brew install git, or https://git-scm.com/downloads',
  tmux: 'Install tmux 3.2 or newer: apt install tmux, brew install tmux, or https://github.com/tmux/tmux/wiki/Installing',
}

for (const [tool, flag] of [
  ['git', '--version'],
  ['tmux', '-V'],
]) {
  if (spawnSync(tool, [flag]).error) {
    console.error(`The example needs ${tool}, and it is not on the PATH.\n${INSTALL[tool]}`)
    process.exit(69)
  }
}

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'orch-start-')))
const repository = join(folder, 'slugify')
// A state directory of its own, so that trying orch out leaves nothing in yours.
const env = {
  ...process.env,
  ORCH_DATA_DIR: join(folder, 'state'),
  ORCH_CONFIG_DIR: join(folder, 'config'),
  ORCH_CACHE_DIR: join(folder, 'cache'),
  TMUX_TMPDIR: join(folder, 'tmux'),
  ORCH_CONFIG_REHEARSAL__SCRIPTS: join(example, 'scripts'),
}
mkdirSync(env.TMUX_TMPDIR, {mode: 0o700})

console.log(`A repository for the example: ${repository}`)
cpSync(join(example, 'repository'), repository, {recursive: true})
// With a package of its own that `npm ci` installs, from a folder: the commands below need it wherever they run.
cpSync(join(example, 'dependency'), repository, {recursive: true})
git('init', '--quiet', '--initial-branch', 'main')
git('add', '--all')
git('-c', 'user.name=orch example', '-c', 'user.email=orch@localhost', 'commit', '--quiet', '--message', 'The example before the team')
const before = test('HEAD')
console.log(`Its acceptance test fails before the team starts, as it should: exit ${before}\n`)

const run = orch(
  'run',
  join(example, 'spec.md'),
  '--project',
  repository,
  '--agent',
  'rehearsal',
  '--roles',
  ROLES,
  '--setup',
  SET_UP.join(' '),
  '--accept',
  'node test/acceptance.js',
  '--accept',
  'node test/titles.js',
  '--name',
  'slugify',
  '--yes',
  '--wait',
)
console.log('')
orch('report', 'slugify')
const branch = git('for-each-ref', '--format=%(refname:short)', 'refs/heads/orch/*/integration').trim()
const after = run === 0 ? test(branch) : null
if (after !== null) console.log(`\nThe acceptance test on ${branch}: exit ${after}`)
console.log(`
Look at the work:     git -C ${repository} log --graph --oneline ${branch}
Look at the agents:   ${asTyped('logs', 'slugify', 'developer')}
What happened, whole: ${asTyped('events', 'slugify')}
Remove the example:   rm -r ${folder}`)
orch('daemon', 'stop')
spawnSync('sh', ['-c', 'for s in "$TMUX_TMPDIR"/tmux-*/*; do tmux -S "$s" kill-server 2>/dev/null; done'], {env})
process.exit(run === 0 && before !== 0 && after === 0 ? 0 : 1)

function orch(...args) {
  return spawnSync(process.execPath, [join(root, 'bin', 'run.js'), ...args], {env, stdio: 'inherit'}).status ?? 1
}

function git(...args) {
  const {status, stdout, stderr} = spawnSync('git', ['-C', repository, ...args], {encoding: 'utf8'})
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
  return stdout
}

/** The exit code of the acceptance test on a commit, in a worktree of its own. */
function test(commit) {
  const place = join(folder, 'look')
  git('worktree', 'add', '--quiet', '--detach', place, commit)
  const {status} = spawnSync(process.execPath, ['test/acceptance.js'], {cwd: place})
  git('worktree', 'remove', '--force', place)
  rmSync(place, {recursive: true, force: true})
  return status
}

function asTyped(...args) {
  return `ORCH_DATA_DIR=${env.ORCH_DATA_DIR} TMUX_TMPDIR=${env.TMUX_TMPDIR} node ${join(root, 'bin', 'run.js')} ${args.join(' ')}`
}
