import {spawn, spawnSync, type ChildProcess} from 'node:child_process'
import {cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A home, a state directory and a tmux socket folder of its own: nothing of the person's is touched, and all of it goes. */
export class Sandbox {
  readonly folder: string
  readonly env: NodeJS.ProcessEnv

  /** @param below the folder to make it in */
  constructor(extra: NodeJS.ProcessEnv = {}, below = tmpdir()) {
    // Short, so that the socket's path stays within its limit.
    this.folder = realpathSync(mkdtempSync(join(below, 'orch-e2e-')))
    for (const name of ['home', 'tmux']) mkdirSync(join(this.folder, name), {mode: 0o700})
    this.env = {
      PATH: process.env['PATH'],
      LANG: 'C.UTF-8',
      HOME: join(this.folder, 'home'),
      TMUX_TMPDIR: join(this.folder, 'tmux'),
      ORCH_DATA_DIR: join(this.folder, 'data'),
      ORCH_CONFIG_DIR: join(this.folder, 'config'),
      ORCH_CACHE_DIR: join(this.folder, 'cache'),
      XDG_STATE_HOME: join(this.folder, 'state'),
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: 'Test',
      GIT_AUTHOR_EMAIL: 'test@localhost',
      GIT_COMMITTER_NAME: 'Test',
      GIT_COMMITTER_EMAIL: 'test@localhost',
      ...extra,
    }
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts)
  }

  /** Writes a file into the sandbox and says where. */
  write(name: string, content: string | Uint8Array): string {
    const path = this.path(name)
    mkdirSync(join(path, '..'), {recursive: true})
    writeFileSync(path, content)
    return path
  }

  /** A repository with one commit. @param from a folder to fill it with */
  repository(name = 'repo', from?: string): string {
    const path = this.path(name)
    mkdirSync(path, {recursive: true})
    if (from) cpSync(from, path, {recursive: true})
    else writeFileSync(join(path, 'README.md'), '# A repository\n')
    this.git(path, 'init', '--quiet', '--initial-branch', 'main')
    this.git(path, 'add', '--all')
    this.git(path, 'commit', '--quiet', '--message', 'Start')
    return path
  }

  git(cwd: string, ...args: string[]): string {
    const {status, stdout, stderr} = spawnSync('git', args, {cwd, env: this.env, encoding: 'utf8'})
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
    return stdout.trim()
  }

  /** Starts the command line; the promise settles when it ends. */
  orch(
    args: readonly string[],
    options: {env?: NodeJS.ProcessEnv; cwd?: string; bin?: string; input?: string; onStart?: (child: ChildProcess) => void} = {},
  ): Promise<Ran> {
    const child = spawn(process.execPath, [options.bin ?? join(ROOT, 'bin', 'run.js'), ...args], {
      cwd: options.cwd ?? this.folder,
      env: {...this.env, ...options.env},
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    })
    options.onStart?.(child)
    if (options.input !== undefined) child.stdin!.end(options.input)
    let stdout = ''
    let stderr = ''
    child.stdout!.on('data', (chunk) => (stdout += String(chunk)))
    child.stderr!.on('data', (chunk) => (stderr += String(chunk)))
    return new Promise((resolve) => child.once('close', (code) => resolve({code, stdout, stderr})))
  }

  /** Runs with --json and gives what the envelope holds. */
  async json<T = Record<string, never>>(
    args: readonly string[],
    options: Parameters<Sandbox['orch']>[1] = {},
  ): Promise<Ran & {data: T; error: {code: string; message: string; remedy: string; exit: number}}> {
    const ran = await this.orch([...args, '--json'], options)
    try {
      return {...ran, ...(JSON.parse(ran.stdout) as {data: T; error: {code: string; message: string; remedy: string; exit: number}})}
    } catch {
      throw new Error(`orch ${args.join(' ')} (exit ${ran.code}) printed no JSON: ${ran.stdout}\n${ran.stderr}`)
    }
  }

  /** Pid of the supervisor, null when none runs. */
  async supervisorPid(): Promise<number | null> {
    return (await this.json<{pid?: number}>(['daemon', 'status'])).data.pid ?? null
  }

  /** argv for the sandbox's own tmux server; null before there is one. */
  tmux(...args: string[]): string {
    const sockets = join(this.folder, 'tmux', `tmux-${process.getuid!()}`)
    const [socket] = existsSync(sockets) ? readdirSync(sockets) : []
    if (!socket) return ''
    return spawnSync('tmux', ['-S', join(sockets, socket), ...args], {env: this.env, encoding: 'utf8'}).stdout
  }

  /** Ends every process it started and removes everything. */
  async remove(): Promise<void> {
    await this.orch(['daemon', 'stop'])
    await this.#endAll()
    this.tmux('kill-server')
    rmSync(this.folder, {recursive: true, force: true, maxRetries: 5, retryDelay: 200})
  }

  /**
   * An agent that ends in good order reports it, and its hook starts the supervisor that was just stopped: so everything that knows this folder
   * from its environment is killed, until nothing new turns up. Where there is no /proc the tmux server's end has to do.
   */
  async #endAll(): Promise<void> {
    for (let quiet = 0; quiet < 2;) {
      const pids = processesOf(this.folder)
      for (const pid of pids) kill(pid)
      quiet = pids.length === 0 ? quiet + 1 : 0
      await sleep(20)
    }
  }
}

/** Processes whose environment names a folder, by /proc/PID/environ (proc(5)); not this one. */
function processesOf(folder: string): number[] {
  if (!existsSync('/proc/self/environ')) return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`=${folder}/`)
      } catch {
        return false
      }
    })
    .map(Number)
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}
