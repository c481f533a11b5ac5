import {spawnSync} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A home, a state directory and a tmux server of its own, with a repository and one plan to make teams from. */
export class Place {
  /** @param bin the command line to measure */
  constructor(bin) {
    this.bin = bin
    this.folder = realpathSync(mkdtempSync(join(tmpdir(), 'orch-bench-')))
    for (const name of ['home', 'tmux', 'scripts', 'repo']) mkdirSync(join(this.folder, name), {mode: 0o700})
    const who = {
      GIT_AUTHOR_NAME: 'bench',
      GIT_AUTHOR_EMAIL: 'bench@localhost',
      GIT_COMMITTER_NAME: 'bench',
      GIT_COMMITTER_EMAIL: 'bench@localhost',
    }
    this.env = {
      ...who,
      PATH: process.env.PATH,
      LANG: 'C.UTF-8',
      HOME: join(this.folder, 'home'),
      TMUX_TMPDIR: join(this.folder, 'tmux'),
      XDG_STATE_HOME: join(this.folder, 'state'),
      ORCH_DATA_DIR: join(this.folder, 'data'),
      ORCH_CONFIG_DIR: join(this.folder, 'config'),
      ORCH_CACHE_DIR: join(this.folder, 'cache'),
      ORCH_CONFIG_REHEARSAL__SPEED: '0',
      ORCH_CONFIG_REHEARSAL__SCRIPTS: join(this.folder, 'scripts'),
    }
    this.repository = join(this.folder, 'repo')
    writeFileSync(join(this.repository, 'README.md'), '# A repository\n')
    for (const args of [
      ['init', '--quiet', '--initial-branch', 'main'],
      ['add', '--all'],
      ['commit', '--quiet', '--message', 'Start'],
    ]) {
      this.run('git', ['-C', this.repository, ...args])
    }
    this.spec = join(this.folder, 'spec.md')
    writeFileSync(this.spec, 'Build a calculator.\nIt adds.\n')
  }

  /** @returns what it printed; throws when it fails */
  run(program, args) {
    const {status, stdout, stderr, error} = spawnSync(program, args, {
      cwd: this.folder,
      env: this.env,
      encoding: 'utf8',
      maxBuffer: 64 << 20,
    })
    if (error) throw error
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: exit ${status}\n${stdout}${stderr}`)
    return stdout
  }

  orch(...args) {
    return this.run(process.execPath, [this.bin, ...args])
  }

  json(...args) {
    return JSON.parse(this.orch(...args, '--json')).data
  }

  /** argv of the command line, to time it. */
  argv(...args) {
    return [process.execPath, [this.bin, ...args], {cwd: this.folder, env: this.env}]
  }

  /** The least a program of Node can do, in the same environment. */
  node() {
    return [process.execPath, ['-e', '0'], {cwd: this.folder, env: this.env}]
  }

  /** Starts a team of `count` idle rehearsal agents and waits until it is ready. @returns its id and its events */
  team(name, count) {
    const planFile = join(this.folder, `${name}.json`)
    this.orch('plan', this.spec, '--project', this.repository, '--agent', 'rehearsal', '--roles', 'developer', '--out', planFile, '--json')
    const plan = JSON.parse(readFileSync(planFile, 'utf8'))
    const model = plan.team.roles.find(({key}) => key === 'developer')
    const keys = Array.from({length: count}, (_, index) => `developer-${index + 1}`)
    plan.team.roles = keys.map((key) => ({...model, key, after: []}))
    plan.team.cap = count
    writeFileSync(planFile, JSON.stringify(plan))
    for (const key of keys) writeFileSync(join(this.folder, 'scripts', `${key}.yaml`), 'steps:\n  - say: ready\n')
    const flags = ['--project', this.repository, '--agent', 'rehearsal', '--plan-file', planFile, '--name', name, '--yes']
    const {id, state} = this.json('run', this.spec, ...flags)
    if (state !== 'running') throw new Error(`the team ${name} is ${state}`)
    return {id, events: this.events(id), keys}
  }

  events(id) {
    return this.orch('events', id, '--json')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  }

  supervisorPid() {
    return this.json('daemon', 'status').pid
  }

  remove() {
    spawnSync(...this.argv('daemon', 'stop'))
    const sockets = join(this.folder, 'tmux', `tmux-${process.getuid()}`)
    for (const socket of existsSync(sockets) ? readdirSync(sockets) : []) spawnSync('tmux', ['-S', join(sockets, socket), 'kill-server'])
    rmSync(this.folder, {recursive: true, force: true, maxRetries: 5, retryDelay: 200})
  }
}
