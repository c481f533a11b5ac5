import {execFileSync} from 'node:child_process'
import {existsSync} from 'node:fs'
import {chmod, mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import type {AgentSignal, HookReport, LaunchRequest, LaunchSpec, ScreenReading} from '@orch/plugin-kit'
import {RehearsalDriver} from '../../src/index.js'
import {ajvSchemas} from './ajv-schemas.js'
import {poll} from './poll.js'
import {TestTmux} from './tmux.js'

const PLAYER = fileURLToPath(new URL('../../dist/player/main.js', import.meta.url))

/** Everything an agent of one test needs: repository, worktree, state folder, a hook and an `orch` that write down what they are told. */
export class Stand {
  readonly folder: string
  readonly tmux: TestTmux
  readonly driver: RehearsalDriver
  #position: number | null = null

  private constructor(folder: string) {
    this.folder = folder
    this.tmux = new TestTmux(path.join(folder, 'tmux.sock'))
    this.driver = new RehearsalDriver({
      schemas: ajvSchemas(),
      hookCommand: ['/bin/sh', path.join(folder, 'hook.sh'), path.join(folder, 'hooks.log')],
      player: PLAYER,
      version: '0.0.0',
    })
  }

  static async make(): Promise<Stand> {
    if (!existsSync(PLAYER)) throw new Error('Build first: npx tsc -b plugins/rehearsal')
    const stand = new Stand(await mkdtemp(path.join(os.tmpdir(), 'rehearsal-')))
    for (const name of ['worktree', 'agent', 'home', 'bin', 'scripts']) await mkdir(path.join(stand.folder, name))
    await writeFile(path.join(stand.folder, 'hook.sh'), 'printf "%s\\t%s\\n" "$2" "$(cat)" >> "$1"\n')
    await writeFile(path.join(stand.folder, 'briefing.md'), '# Your work\n\nDo it.\n\n## Rules\n')
    await stand.orch('exit 0')
    stand.git('init', '-q', '-b', 'main')
    stand.git('commit', '-q', '--allow-empty', '-m', 'start')
    return stand
  }

  get worktree(): string {
    return path.join(this.folder, 'worktree')
  }

  get transcript(): string {
    return path.join(this.folder, 'agent', 'c0ffee00-0000-4000-8000-000000000000.jsonl')
  }

  get env(): Record<string, string> {
    return {
      PATH: `${path.join(this.folder, 'bin')}:${process.env['PATH']}`,
      HOME: path.join(this.folder, 'home'),
      LANG: 'C.UTF-8',
      GIT_CONFIG_NOSYSTEM: '1',
      ORCH_TOKEN: 'secret-token',
    }
  }

  /** What `orch` does after writing its arguments down: a piece of shell. */
  async orch(then: string): Promise<void> {
    const file = path.join(this.folder, 'bin', 'orch')
    await writeFile(
      file,
      `#!/bin/sh\n{ for word in "$@"; do printf '%s\\037' "$word"; done; printf '\\036'; } >> '${this.folder}/orch.log'\n${then}\n`,
    )
    await chmod(file, 0o755)
  }

  async script(yaml: string): Promise<void> {
    await writeFile(path.join(this.folder, 'scripts', 'developer.yaml'), yaml)
  }

  request(change: Partial<LaunchRequest> = {}): LaunchRequest {
    return {
      project: {id: 'p_1', name: 'demo', repository: this.worktree},
      agent: {id: 'a_1', role: 'developer', title: 'Developer'},
      run: {id: 'r_1', token: 'secret-token'},
      conversation: 'c0ffee00-0000-4000-8000-000000000000',
      resume: false,
      worktree: this.worktree,
      directory: path.join(this.folder, 'agent'),
      briefing: path.join(this.folder, 'briefing.md'),
      firstPrompt: 'Read the briefing and start.',
      env: this.env,
      settings: {scripts: path.join(this.folder, 'scripts'), speed: 0},
      options: {},
      readable: [],
      ...change,
    }
  }

  /** Writes the files of a launch. */
  async prepare(change: Partial<LaunchRequest> = {}): Promise<LaunchSpec> {
    const {options, ...rest} = change
    const spec = await this.driver.launch(this.request({...rest, settings: {...this.request().settings, ...options}}))
    for (const file of spec.files) await writeFile(file.path, file.content, {mode: 0o600})
    return spec
  }

  /** Starts the agent in a pane. */
  async start(change: Partial<LaunchRequest> = {}, size = {columns: 80, rows: 24}): Promise<void> {
    const spec = await this.prepare(change)
    await this.tmux.start(spec.command.argv, {cwd: spec.command.cwd, env: spec.command.env, ...size})
  }

  /** Starts it again in the same pane. */
  async restart(change: Partial<LaunchRequest> = {}): Promise<void> {
    const {command} = await this.prepare({resume: true, ...change})
    const environment = Object.entries(command.env).flatMap(([name, value]) => ['-e', `${name}=${value}`])
    await this.tmux.run('respawn-pane', '-t', 'agent:', '-c', command.cwd, ...environment, ...command.argv)
  }

  async hooks(): Promise<HookReport[]> {
    const text = await readFile(path.join(this.folder, 'hooks.log'), 'utf8').catch(() => '')
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => ({event: line.split('\t')[0]!, payload: JSON.parse(line.slice(line.indexOf('\t') + 1)) as Record<string, unknown>}))
  }

  /** Waits for the n-th report of an event. */
  hook(event: string, count = 1): Promise<HookReport> {
    const found = async () => (await this.hooks()).filter((report) => report.event === event)[count - 1]
    return poll(found, `hook ${event} (${count})`, () => this.describe())
  }

  /** The calls of `orch` so far, as arrays of words. */
  async calls(): Promise<string[][]> {
    const text = await readFile(path.join(this.folder, 'orch.log'), 'utf8').catch(() => '')
    return text
      .split('\x1e')
      .filter((record) => record !== '')
      .map((record) => record.split('\x1f').slice(0, -1))
  }

  call(...words: string[]): Promise<string[]> {
    const found = async () => (await this.calls()).find((call) => words.every((word, index) => call[index] === word))
    return poll(found, `orch ${words.join(' ')}`, () => this.describe())
  }

  /** New signals of the transcript since the last call. */
  async signals(): Promise<readonly AgentSignal[]> {
    const {position, signals} = await this.driver.readTranscript(this.transcript, this.#position)
    this.#position = position
    return signals
  }

  async reading(): Promise<ScreenReading> {
    return this.driver.readScreen(await this.tmux.screen())
  }

  /** Waits for a screen that is read as this. */
  async sees<W extends ScreenReading['what']>(what: W): Promise<Extract<ScreenReading, {what: W}>> {
    const found = async () => {
      const reading = await this.reading()
      return reading.what === what && reading
    }
    return (await poll(found, `a screen read as ${what}`, () => this.describe())) as Extract<ScreenReading, {what: W}>
  }

  exit(): Promise<{code: string; signal: string}> {
    return poll(
      () => this.tmux.exit(),
      'the end of the agent',
      () => this.describe(),
    )
  }

  git(...args: string[]): string {
    const identity = {GIT_AUTHOR_NAME: 'T', GIT_AUTHOR_EMAIL: 't@t', GIT_COMMITTER_NAME: 'T', GIT_COMMITTER_EMAIL: 't@t'}
    return execFileSync('git', args, {cwd: this.worktree, env: {...this.env, ...identity}, encoding: 'utf8'})
  }

  async destroy(): Promise<void> {
    await this.tmux.destroy()
    await rm(this.folder, {recursive: true, force: true})
  }

  /** For the message of a test that fails. */
  async describe(): Promise<string> {
    const screen = await this.tmux.screen().catch(String)
    const events = (await this.hooks()).map(({event}) => event)
    return `Screen:\n${screen}\nHooks: ${events.join(', ')}\norch: ${JSON.stringify(await this.calls())}`
  }
}
