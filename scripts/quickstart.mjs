// `npm start`: runs the example with a team of rehearsal agents, in a folder of its own, to a verified merge.
import {spawnSync} from 'node:child_process'
import {mkdtempSync, realpathSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {EXAMPLE, EXAMPLE_FLAGS, ROOT, endExample, exampleEnvironment, git, makeExampleRepository} from './example.mjs'

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
const env = exampleEnvironment(folder)

console.log(`A repository for the example: ${repository}`)
makeExampleRepository(repository)
const before = test('HEAD')
console.log(`Its acceptance test fails before the team starts, as it should: exit ${before}\n`)

const {agent, roles, setup, accept} = EXAMPLE_FLAGS
const run = orch(
  'run',
  join(EXAMPLE, 'spec.md'),
  ...['--project', repository, '--name', 'slugify', '--agent', agent, '--roles', roles, '--setup', setup],
  ...accept.flatMap((command) => ['--accept', command]),
  ...['--yes', '--wait'],
)
console.log('')
orch('report', 'slugify')
const branch = git(repository, 'for-each-ref', '--format=%(refname:short)', 'refs/heads/orch/*/integration').trim()
const after = run === 0 ? test(branch) : null
if (after !== null) console.log(`\nThe acceptance test on ${branch}: exit ${after}`)
console.log(`
Look at the work:     git -C ${repository} log --graph --oneline ${branch}
Look at the agents:   ${asTyped('logs', 'slugify', 'developer')}
What happened, whole: ${asTyped('events', 'slugify')}
Remove the example:   rm -r ${folder}`)
endExample(env)
process.exit(run === 0 && before !== 0 && after === 0 ? 0 : 1)

function orch(...args) {
  return spawnSync(process.execPath, [join(ROOT, 'bin', 'run.js'), ...args], {env, stdio: 'inherit'}).status ?? 1
}

/** Runs the acceptance test on a commit, in a worktree made for it. @returns {number} its exit code */
function test(commit) {
  const place = join(folder, 'look')
  git(repository, 'worktree', 'add', '--quiet', '--detach', place, commit)
  const {status} = spawnSync(process.execPath, ['test/acceptance.js'], {cwd: place})
  git(repository, 'worktree', 'remove', '--force', place)
  rmSync(place, {recursive: true, force: true})
  return status
}

function asTyped(...args) {
  return `ORCH_DATA_DIR=${env.ORCH_DATA_DIR} TMUX_TMPDIR=${env.TMUX_TMPDIR} node ${join(ROOT, 'bin', 'run.js')} ${args.join(' ')}`
}
