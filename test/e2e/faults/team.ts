import {chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {execFileSync, spawn, type ChildProcess} from 'node:child_process'
import {join} from 'node:path'
import {Sandbox} from '../../support/sandbox.js'
import type {Project} from '../../../src/domain/model/project.js'

/** The scripts of the team: each file, commit, message and claim of theirs is expected once. */
const scripts = (thinkMs: number) => ({
  orchestrator: 'steps:\n  - say: I stay here.\n',
  developer: [
    'steps:',
    `  - think: {text: 'thinking', ms: ${Math.max(2_500, thinkMs)}}`,
    "  - write: {path: src/one.txt, content: 'one'}",
    "  - commit: {message: 'Add one', paths: [src/one.txt]}",
    "  - send: {to: tester, text: 'one stands'}",
    `  - think: {text: 'thinking again', ms: ${Math.max(700, thinkMs)}}`,
    "  - write: {path: src/two.txt, content: 'two'}",
    "  - commit: {message: 'Add two', paths: [src/two.txt]}",
    "  - done: {message: 'one and two are there'}",
    '',
  ].join('\n'),
  tester: [
    'steps:',
    "  - expect: {from: developer, contains: 'one stands', timeoutMs: 240000}",
    "  - write: {path: test/one.txt, content: 'tested'}",
    "  - commit: {message: 'Test one', paths: [test/one.txt]}",
    "  - send: {to: developer, text: 'one is tested'}",
    "  - done: {message: 'one is tested'}",
    '',
  ].join('\n'),
})
/** Commits of each branch, newest first. */
export const COMMITS: Readonly<Record<string, readonly string[]>> = {developer: ['Add two', 'Add one'], tester: ['Test one']}
/** Messages among the team. */
export const TEXTS = ['one stands', 'one is tested']

/** A small team in a sandbox in which each phase lasts long enough to be disturbed. */
export class Team {
  readonly sandbox: Sandbox
  readonly repository: string
  readonly head: string
  /** A tmux server and a process that are nobody's business. */
  readonly bystanders: readonly number[]
  #run: ChildProcess | undefined

  /** @param thinkMs how long the developer thinks at least, milliseconds: until a fault that takes longer to be noticed is */
  constructor(thinkMs = 0) {
    this.sandbox = new Sandbox({
      ORCH_CONFIG_REHEARSAL__START_DELAY_MS: '800',
      ORCH_CONFIG_REHEARSAL__FAULTS__SWALLOW_ENTERS: '1',
    })
    this.sandbox.write('config/.orchrc.json', JSON.stringify({health: {lookSeconds: 0.5}}))
    for (const [role, text] of Object.entries(scripts(thinkMs))) this.sandbox.write(`scripts/${role}.yaml`, text)
    this.sandbox.env['ORCH_CONFIG_REHEARSAL__SCRIPTS'] = this.sandbox.path('scripts')
    this.#slowDownMerges()
    this.repository = this.sandbox.repository('repo')
    // Acceptance takes its time, and holds only with the work of both.
    this.sandbox.write(
      'repo/accept.mjs',
      "import {existsSync} from 'node:fs'\nawait new Promise((go) => setTimeout(go, 1200))\nprocess.exit(['src/one.txt', 'src/two.txt'].every(existsSync) ? 0 : 1)\n",
    )
    this.sandbox.git(this.repository, 'add', '--all')
    this.sandbox.git(this.repository, 'commit', '--quiet', '--message', 'Say what is accepted')
    this.head = this.sandbox.git(this.repository, 'rev-parse', 'HEAD')
    this.bystanders = this.#startBystanders()
  }

  /** Starts the run; it goes on whatever becomes of the command. */
  start(): void {
    const args = ['run', this.sandbox.write('spec.md', 'Build one and two.\nThey are tested.\n'), '--project', this.repository]
    const options = ['--agent', 'rehearsal', '--roles', 'developer,tester', '--accept', 'node accept.mjs', '--yes', '--json']
    void this.sandbox.orch([...args, ...options], {onStart: (child) => (this.#run = child)})
  }

  /** Whether the command that started the run has ended. */
  get commandEnded(): boolean {
    return this.#run !== undefined && (this.#run.exitCode !== null || this.#run.signalCode !== null)
  }

  /** The record of the one project as it is on disk; undefined before there is one. */
  record(): Project | undefined {
    for (const folder of ['projects', 'finished']) {
      const path = join(this.sandbox.path('data'), 'state', folder)
      const name = existsSync(path) ? readdirSync(path).find((file) => file.endsWith('.json')) : undefined
      if (name === undefined) continue
      try {
        return JSON.parse(readFileSync(join(path, name), 'utf8')) as Project
      } catch {
        // Torn by the fault, or put away while we look.
      }
    }
    return undefined
  }

  agent(role: string) {
    return this.record()?.agents.find((agent) => agent.role === role)
  }

  bystandersLive(): boolean {
    return this.bystanders.every((pid) => existsSync(`/proc/${pid}`))
  }

  async remove(): Promise<void> {
    this.#run?.kill('SIGKILL')
    await this.sandbox.remove()
    for (const pid of this.bystanders) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It ended by itself.
      }
    }
  }

  /** `git update-ref` of the integration branch waits, so that a merge can be disturbed in the middle. */
  #slowDownMerges(): void {
    const bin = this.sandbox.path('slow')
    mkdirSync(bin)
    const git = execFileSync('sh', ['-c', 'command -v git'], {encoding: 'utf8'}).trim()
    const script = `#!/bin/sh\ncase "$*" in *update-ref*integration*) sleep 1;; esac\nexec ${git} "$@"\n`
    writeFileSync(join(bin, 'git'), script)
    chmodSync(join(bin, 'git'), 0o755)
    this.sandbox.env['PATH'] = `${bin}:${this.sandbox.env['PATH'] ?? ''}`
  }

  /** Processes that look like orch's to a careless eye: one has an orch's variables, of another state directory. */
  #startBystanders(): number[] {
    const env = {PATH: process.env['PATH'], ORCH_RUN: 'r_somebody', ORCH_STATE: '/somewhere/else', ORCH_AGENT: 'a_somebody'}
    const children = [
      spawn('sleep', ['900'], {env, detached: true, stdio: 'ignore'}),
      spawn('sh', ['-c', 'exec sleep 900'], {detached: true, stdio: 'ignore'}),
    ]
    for (const child of children) child.unref()
    return children.map(({pid}) => pid!)
  }
}
