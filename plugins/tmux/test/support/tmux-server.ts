import {mkdir, mkdtemp, realpath, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {MemoryLogger} from '@orch/plugin-kit/testing'
import {ExecaRunner} from '../../../../src/adapters/process-runner.js'
import {SystemClock} from '../../../../src/adapters/system-clock.js'
import {TmuxTerminal, type TmuxTerminalParts} from '../../src/tmux-terminal.js'

const SOCKET = 'orch-test'

/** A tmux server of a test's own, in a socket directory of its own, with everything that a test does to it from outside. */
export class TestServer {
  readonly processes = new ExecaRunner()
  readonly logger = new MemoryLogger()
  readonly #terminals: TmuxTerminal[] = []

  private constructor(
    /** Holds all the rest. */
    readonly root: string,
    /** An empty folder for the test. */
    readonly folder: string,
    readonly environment: Record<string, string>,
  ) {}

  static async make(): Promise<TestServer> {
    const root = await realpath(await mkdtemp(join(tmpdir(), 'orch-tmux-')))
    const [folder, home] = [join(root, 'folder'), join(root, 'home')]
    await mkdir(folder)
    await mkdir(home)
    return new TestServer(root, folder, {PATH: process.env['PATH']!, HOME: home, TMUX_TMPDIR: root, HOST_ONLY: 'must not leak'})
  }

  terminal(parts: Partial<TmuxTerminalParts> = {}): TmuxTerminal {
    const terminal = new TmuxTerminal({
      clock: new SystemClock(),
      logger: this.logger,
      processes: this.processes,
      socket: SOCKET,
      directory: join(this.root, 'state', 'tmux'),
      environment: this.environment,
      ...parts,
    })
    this.#terminals.push(terminal)
    return terminal
  }

  /** Runs tmux from outside, as a person would. @returns what it printed */
  async tmux(...args: string[]): Promise<string> {
    const result = await this.processes.run('tmux', ['-u', '-N', '-L', SOCKET, ...args], {env: this.environment, timeoutMs: 15_000})
    return `${result.stdout}${result.stderr}`.trimEnd()
  }

  async pid(): Promise<number> {
    return Number(await this.tmux('display-message', '-p', '#{pid}'))
  }

  async dispose(): Promise<void> {
    for (const terminal of this.#terminals) await terminal.close()
    await this.tmux('kill-server')
    await rm(this.root, {recursive: true, force: true, maxRetries: 10, retryDelay: 100})
  }
}
