import {execFile} from 'node:child_process'
import {existsSync, readFileSync} from 'node:fs'
import {rm} from 'node:fs/promises'
import {promisify} from 'node:util'
import {poll} from './poll.js'

const exec = promisify(execFile)

/** A tmux server of one test, on a socket of its own, with one window. */
export class TestTmux {
  readonly #socket: string
  #path = process.env['PATH']!

  constructor(socket: string) {
    this.#socket = socket
  }

  /** Starts a program as the pane's own process. */
  async start(
    argv: readonly string[],
    options: {cwd: string; env: Readonly<Record<string, string>>; columns: number; rows: number},
  ): Promise<void> {
    const environment = Object.entries(options.env).flatMap(([name, value]) => ['-e', `${name}=${value}`])
    const size = ['-x', String(options.columns), '-y', String(options.rows)]
    await this.run('new-session', '-d', '-s', 'keeper', ...size, 'sleep 1000')
    await this.run('set-option', '-g', 'remain-on-exit', 'on')
    // tmux 3.3a gives a new pane the PATH of the client that asks, whatever -e says.
    this.#path = options.env['PATH']!
    await this.run('new-session', '-d', '-s', 'agent', ...size, '-c', options.cwd, ...environment, ...argv)
  }

  screen(): Promise<string> {
    return this.run('capture-pane', '-p', '-t', 'agent:')
  }

  async keys(...keys: string[]): Promise<void> {
    await this.run('send-keys', '-t', 'agent:', ...keys)
  }

  async type(text: string): Promise<void> {
    await this.run('send-keys', '-t', 'agent:', '-l', text)
  }

  async paste(text: string): Promise<void> {
    await this.run('set-buffer', '-b', 'test', '--', text)
    await this.run('paste-buffer', '-p', '-d', '-b', 'test', '-t', 'agent:')
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.run('resize-window', '-t', 'agent:', '-x', String(columns), '-y', String(rows))
  }

  /** `code` or `signal` of the pane's process, null while it lives. */
  async exit(): Promise<{code: string; signal: string} | null> {
    const format = '#{pane_dead} #{pane_dead_status}/#{pane_dead_signal}'
    const [dead, status] = (await this.run('display-message', '-p', '-t', 'agent:', format)).trim().split(' ')
    if (dead !== '1') return null
    const [code, signal] = status!.split('/')
    if (!code && !signal) {
      // tmux 3.3a loses deaths: a job of its own makes it look again.
      await this.run('run-shell', '-b', 'true')
      return null
    }
    return {code: code!, signal: signal ?? ''}
  }

  async pid(): Promise<number> {
    return Number(await this.run('display-message', '-p', '-t', 'agent:', '#{pane_pid}'))
  }

  async killWindow(): Promise<void> {
    await this.run('kill-window', '-t', 'agent:')
  }

  /** Ends the server and waits for the agents in it, which have last words. */
  async destroy(): Promise<void> {
    const pids = await this.run('list-panes', '-a', '-F', '#{?pane_dead,,#{pane_pid}}').catch(() => '')
    await this.run('kill-server').catch(() => {})
    await rm(this.#socket, {force: true})
    for (const pid of pids.split('\n').filter((line) => line !== '')) await poll(async () => !isAlive(Number(pid)), `the end of ${pid}`)
  }

  async run(...args: string[]): Promise<string> {
    const {stdout} = await exec('tmux', ['-S', this.#socket, '-f', '/dev/null', ...args], {
      env: {...process.env, PATH: this.#path, TMUX: ''},
    })
    return stdout
  }
}

/** Whether a process runs; one that has ended and waits to be collected does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  const file = `/proc/${pid}/stat`
  return !(existsSync(file) && readFileSync(file, 'utf8').includes(') Z '))
}
