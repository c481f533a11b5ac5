import {spawnSync} from 'node:child_process'
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {Sandbox} from '../../test/support/sandbox.ts'

/** A sandbox with a repository and one plan to make teams from. */
export class Place extends Sandbox {
  /** @param bin the command line to measure */
  constructor(bin) {
    // Agents that owe a claim are reminded after 90 s: 100 turns in the middle of what is to be measured at rest.
    super({ORCH_CONFIG_REHEARSAL__SPEED: '0', ORCH_CONFIG_HEALTH__NUDGE_SECONDS: '86400'})
    this.bin = bin
    this.env.ORCH_CONFIG_REHEARSAL__SCRIPTS = this.path('scripts')
    mkdirSync(this.path('scripts'))
    this.origin = this.repository()
    this.spec = this.write('spec.md', 'Build a calculator.\nIt adds.\n')
  }

  /** Also what ends it uses the command line that is measured. */
  orch(args, options = {}) {
    return super.orch(args, {bin: this.bin, ...options})
  }

  /** Runs a command to its end. @returns what it printed; throws when it fails */
  print(...args) {
    const [program, words, options] = this.argv(...args)
    const {status, stdout, stderr} = spawnSync(program, words, {...options, encoding: 'utf8', maxBuffer: 64 << 20})
    if (status !== 0) throw new Error(`orch ${args.join(' ')}: exit ${status}\n${stdout}${stderr}`)
    return stdout
  }

  /** As `print`, with --json. */
  data(...args) {
    return JSON.parse(this.print(...args, '--json')).data
  }

  /** What to spawn, to time it. */
  argv(...args) {
    return [process.execPath, [this.bin, ...args], {cwd: this.folder, env: this.env}]
  }

  /** The least a program of Node can do, in the same environment. */
  node() {
    return [process.execPath, ['-e', '0'], {cwd: this.folder, env: this.env}]
  }

  /**
   * Starts a team of `count` rehearsal agents and waits until it is ready.
   * @param script what each of them plays; idle without it
   * @returns its id and what happened so far
   */
  team(name, count, script = 'steps:\n  - say: ready\n') {
    const planFile = this.path(`${name}.json`)
    const where = ['--project', this.origin, '--agent', 'rehearsal']
    this.data('plan', this.spec, ...where, '--roles', 'developer', '--out', planFile)
    for (const key of this.#multiply(planFile, count)) this.write(`scripts/${key}.yaml`, script)
    const {id, state} = this.data('run', this.spec, ...where, '--plan-file', planFile, '--name', name, '--yes')
    if (state !== 'running') throw new Error(`the team ${name} is ${state}`)
    return {id, events: this.#events(id)}
  }

  /**
   * As `team`, of Claude Code. Whoever measures plays the model in this process, so nothing here may block it.
   * @returns the project's id, when `orch run` was called, milliseconds UTC, and what happened so far
   */
  async claudeTeam(name, count) {
    const planFile = this.path(`${name}.json`)
    const where = ['--project', this.origin, '--agent', 'claude', '--planner', 'outline']
    await this.#data('plan', this.spec, ...where, '--roles', 'developer', '--out', planFile)
    this.#multiply(planFile, count)
    const calledAt = Date.now()
    const {id, state} = await this.#data('run', this.spec, ...where, '--plan-file', planFile, '--name', name, '--yes', '--trust-project')
    if (state !== 'running') throw new Error(`the team ${name} is ${state}`)
    return {id, calledAt, events: this.#events(id)}
  }

  supervisorPid() {
    return this.data('daemon', 'status').pid
  }

  /** Makes a team of `count` developers of a plan. @returns their keys */
  #multiply(planFile, count) {
    const plan = JSON.parse(readFileSync(planFile, 'utf8'))
    const model = plan.team.roles.find(({key}) => key === 'developer')
    const keys = Array.from({length: count}, (_, index) => `developer-${index + 1}`)
    plan.team.roles = keys.map((key) => ({...model, key, after: []}))
    plan.team.cap = count
    writeFileSync(planFile, JSON.stringify(plan))
    return keys
  }

  async #data(...args) {
    const {code, data, error, stderr} = await this.json(args)
    if (code !== 0) throw new Error(`orch ${args.join(' ')}: exit ${code}\n${JSON.stringify(error)}${stderr}`)
    return data
  }

  #events(id) {
    return this.print('events', id, '--json')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  }
}
