import {spawnSync} from 'node:child_process'
import {cpSync, mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))
export const EXAMPLE = join(ROOT, 'examples', 'quickstart')

/** How `orch run` takes the example. */
export const EXAMPLE_FLAGS = {
  agent: 'rehearsal',
  roles: 'project-manager,developer,tester,documentation-writer',
  setup: 'npm ci --no-audit --no-fund --offline',
  accept: ['node test/acceptance.js', 'node test/titles.js'],
}

/**
 * Makes the repository of the example.
 * @param {string} folder must not exist
 */
export function makeExampleRepository(folder) {
  cpSync(join(EXAMPLE, 'repository'), folder, {recursive: true})
  // A package of the example's own that `npm ci` installs from a folder: acceptance commands need it in every worktree.
  cpSync(join(EXAMPLE, 'dependency'), folder, {recursive: true})
  git(folder, 'init', '--quiet', '--initial-branch', 'main')
  git(folder, 'add', '--all')
  git(
    folder,
    '-c',
    'user.name=orch example',
    '-c',
    'user.email=orch@localhost',
    'commit',
    '--quiet',
    '--message',
    'The example before the team',
  )
}

/**
 * Makes the environment of the example: a state directory and tmux server of its own, so that trying orch leaves nothing in yours.
 * @param {string} folder holds all of it
 */
export function exampleEnvironment(folder) {
  const env = {
    ...process.env,
    ORCH_DATA_DIR: join(folder, 'state'),
    ORCH_CONFIG_DIR: join(folder, 'config'),
    ORCH_CACHE_DIR: join(folder, 'cache'),
    TMUX_TMPDIR: join(folder, 'tmux'),
    ORCH_CONFIG_REHEARSAL__SCRIPTS: join(EXAMPLE, 'scripts'),
  }
  mkdirSync(env.TMUX_TMPDIR, {recursive: true, mode: 0o700})
  return env
}

/** Stops the supervisor and the tmux servers of an example. @param {NodeJS.ProcessEnv} env as `exampleEnvironment` made it */
export function endExample(env) {
  spawnSync(process.execPath, [join(ROOT, 'bin', 'run.js'), 'daemon', 'stop'], {env, stdio: 'inherit'})
  spawnSync('sh', ['-c', 'for s in "$TMUX_TMPDIR"/tmux-*/*; do tmux -S "$s" kill-server 2>/dev/null; done'], {env})
}

/** Runs git in a folder. @returns {string} its standard output @throws when git fails */
export function git(folder, ...args) {
  const {status, stdout, stderr} = spawnSync('git', ['-C', folder, ...args], {encoding: 'utf8'})
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
  return stdout
}
