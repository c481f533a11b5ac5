import {execFileSync} from 'node:child_process'
import {chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import type {LaunchRequest, LaunchSpec} from '@orch/plugin-kit'
import type {ModelServer} from '../../../../test/support/model-server/index.js'

const KEY = 'sk-ant-api03-made-up-for-tests-00000000000000000000'

/** A report of a hook, as the recording script wrote it. */
export interface RecordedHook {
  readonly event: string
  readonly payload: Readonly<Record<string, unknown>>
}

/** A home, a repository with a worktree outside of it, a folder of state and a tmux server: all of its own, with a blank in every path. */
export class ClaudeWorld {
  readonly home: string
  readonly repository: string
  readonly worktree: string
  readonly directory: string
  readonly recorder: string
  readonly #folder: string
  readonly #socket: string
  readonly #hookLog: string
  readonly settings: Readonly<Record<string, unknown>>

  private constructor(folder: string, settings: Readonly<Record<string, unknown>>) {
    this.settings = settings
    this.#folder = folder
    this.home = join(folder, 'the home')
    this.repository = join(folder, 'the repository')
    this.worktree = join(folder, 'work trees', 'developer one')
    this.directory = join(folder, 'the state', 'a_1')
    this.recorder = join(folder, 'the recorder.mjs')
    // Short: the path of a socket holds 100 bytes.
    this.#socket = join(folder, 's')
    this.#hookLog = join(folder, 'hooks.jsonl')
  }

  /** @param settings the section `claude` of the configuration */
  static async create(settings: Readonly<Record<string, unknown>> = {}): Promise<ClaudeWorld> {
    const world = new ClaudeWorld(await realpath(await mkdtemp(join(tmpdir(), 'orch cl '))), settings)
    for (const path of [world.home, world.repository, world.directory, join(world.worktree, '..')]) await mkdir(path, {recursive: true})
    const git = (...args: string[]) => execFileSync('git', ['-C', world.repository, ...args], {env: world.env()})
    git('init', '-q', '-b', 'main')
    git('-c', 'user.name=t', '-c', 'user.email=t@example.org', 'commit', '-q', '--allow-empty', '-m', 'first')
    git('worktree', 'add', '-q', '-b', 'developer', world.worktree)
    await writeFile(join(world.directory, 'briefing.md'), 'BRIEFING-MARK: you are the developer.\n')
    await writeFile(
      world.recorder,
      `import {appendFileSync, readFileSync} from 'node:fs'
appendFileSync(${JSON.stringify(world.#hookLog)}, JSON.stringify({event: process.argv.at(-1), payload: JSON.parse(readFileSync(0, 'utf8'))}) + '\\n')
`,
    )
    return world
  }

  /** @returns the environment of an agent that talks to `model` */
  env(model?: ModelServer): Record<string, string> {
    const base = {HOME: this.home, PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', TERM: 'tmux-256color', GIT_CONFIG_NOSYSTEM: '1'}
    if (!model) return base
    // One root, no network: no telemetry, no retries of minutes.
    return {
      ...base,
      ANTHROPIC_BASE_URL: model.url,
      ANTHROPIC_API_KEY: KEY,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      CLAUDE_CODE_MAX_RETRIES: '1',
    }
  }

  /** The same with a subscription's token in place of the key: only such a login has limits of a plan. */
  subscriberEnv(model: ModelServer): Record<string, string> {
    const withoutKey = Object.entries(this.env(model)).filter(([name]) => name !== 'ANTHROPIC_API_KEY')
    return {...Object.fromEntries(withoutKey), CLAUDE_CODE_OAUTH_TOKEN: 'made-up-for-tests'}
  }

  request(model: ModelServer, over: Partial<LaunchRequest> = {}): LaunchRequest {
    return {
      project: {id: 'p_1', name: 'demo', repository: this.repository},
      agent: {id: 'a_1', role: 'developer', title: 'Developer'},
      run: {id: 'r_1', token: 'token'},
      conversation: '6f1d3f5e-5d53-4a52-9a52-0123456789ab',
      resume: false,
      worktree: this.worktree,
      directory: this.directory,
      briefing: join(this.directory, 'briefing.md'),
      firstPrompt: '-- FIRST-MARK: read your briefing and start.',
      env: this.env(model),
      settings: this.settings,
      options: {},
      readable: [],
      ...over,
    }
  }

  /** The person has answered the question for the key in the environment once: orch does not do that for him. */
  async approveKey(): Promise<void> {
    const path = join(this.home, '.claude.json')
    const config = JSON.parse(await readFile(path, 'utf8')) as object
    await writeFile(path, JSON.stringify({...config, customApiKeyResponses: {approved: [KEY.slice(-20)], rejected: []}}))
  }

  /** Writes the files of a launch and runs its command as the only pane of a tmux server. */
  async start({command, files}: LaunchSpec): Promise<void> {
    for (const {path, content} of files) {
      await writeFile(path, content, {mode: 0o600})
      await chmod(path, 0o600)
    }
    const env = Object.entries(command.env).map(([name, value]) => `${name}=${value}`)
    const size = ['-x', '120', '-y', '40']
    this.#tmux('-f', '/dev/null', 'new-session', '-d', ...size, '-c', command.cwd, '--', 'env', '-i', ...env, ...command.argv)
    this.#tmux('set-option', '-w', 'remain-on-exit', 'on')
  }

  screen(): string {
    return this.#tmux('capture-pane', '-p')
  }

  isDead(): boolean {
    return this.#tmux('display-message', '-p', '#{pane_dead}').trim() === '1'
  }

  /** A message as orch gives it: pasted in brackets, then Enter. */
  async paste(text: string, submitDelayMs: number): Promise<void> {
    const file = join(this.#folder, 'paste')
    await writeFile(file, text)
    this.#tmux('load-buffer', '-b', 'message', file)
    this.#tmux('paste-buffer', '-p', '-d', '-b', 'message')
    await sleep(submitDelayMs)
    this.press('Enter')
  }

  type(text: string): void {
    this.#tmux('send-keys', '-l', '--', text)
  }

  press(...keys: string[]): void {
    this.#tmux('send-keys', ...keys)
  }

  async hooks(): Promise<RecordedHook[]> {
    const text = await readFile(this.#hookLog, 'utf8').catch(() => '')
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    return whole
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as RecordedHook)
  }

  /** @returns the first hook that fits, once it is there. @throws Error with the screen when it does not come in `timeoutMs` */
  async waitForHook(wanted: (hook: RecordedHook) => boolean, timeoutMs = 45_000): Promise<RecordedHook> {
    let found: RecordedHook | undefined
    await this.waitUntil(async () => (found = (await this.hooks()).find(wanted)) !== undefined, 'the hook', timeoutMs)
    return found!
  }

  async waitUntil(holds: () => boolean | Promise<boolean>, what: string, timeoutMs = 45_000): Promise<void> {
    const deadline = performance.now() + timeoutMs
    while (!(await holds())) {
      if (performance.now() > deadline) {
        const seen = (await this.hooks()).map(({event}) => event).join(' ')
        throw new Error(`${what} did not come within ${timeoutMs} ms; hooks: ${seen || 'none'}; screen:\n${this.screen()}`)
      }
      await sleep(100)
    }
  }

  /** Ends the tmux server and waits for the agent in it, which writes a last time when its terminal goes. */
  async endServer(): Promise<void> {
    let pid
    try {
      pid = Number(this.#tmux('display-message', '-p', '#{pane_pid}'))
      this.#tmux('kill-server')
    } catch {
      // It was not started, or has ended.
    }
    await rm(this.#socket, {force: true})
    const deadline = performance.now() + 15_000
    while (pid && isRunning(pid)) {
      if (performance.now() > deadline) process.kill(pid, 'SIGKILL')
      await sleep(50)
    }
  }

  async destroy(): Promise<void> {
    await this.endServer()
    await rm(this.#folder, {recursive: true, force: true, maxRetries: 20, retryDelay: 100})
  }

  #tmux(...args: string[]): string {
    return execFileSync('tmux', ['-S', this.#socket, ...args], {encoding: 'utf8', env: this.env(), stdio: ['ignore', 'pipe', 'pipe']})
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
