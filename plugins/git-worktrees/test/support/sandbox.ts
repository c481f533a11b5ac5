import {createHash} from 'node:crypto'
import {chmod, mkdir, mkdtemp, readdir, readFile, readlink, realpath, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {MemoryLogger} from '@orch/plugin-kit/testing'
import {ExecaRunner} from '../../../../src/adapters/process-runner.js'
import {SystemClock} from '../../../../src/adapters/system-clock.js'
import {Git} from '../../src/git/git.js'
import {gitEnvironment} from '../../src/git/environment.js'
import {GitWorkspace} from '../../src/workspace.js'

/** Identity and branch name a person would have configured. */
const CONFIG = '[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n[protocol "file"]\n\tallow = always\n'

/** A folder of a test's own with a HOME of its own, and git in it as a person uses it. */
export class Sandbox {
  readonly logger = new MemoryLogger()
  readonly processes = new ExecaRunner()
  readonly clock = new SystemClock()

  private constructor(
    readonly folder: string,
    readonly environment: Record<string, string>,
  ) {}

  /** @param config content of the person's `.gitconfig` */
  static async make(config = CONFIG): Promise<Sandbox> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'orch-git-')))
    const home = join(folder, 'home')
    await mkdir(home)
    await writeFile(join(home, '.gitconfig'), config)
    return new Sandbox(folder, {PATH: process.env['PATH']!, HOME: home, GIT_CONFIG_NOSYSTEM: '1', TMPDIR: tmpdir()})
  }

  /** @param environment added to what the supervisor was started with */
  workspace(environment: Record<string, string> = {}): GitWorkspace {
    return new GitWorkspace(this.parts(environment))
  }

  runner(): Git {
    return new Git(this.parts())
  }

  parts(environment: Record<string, string> = {}) {
    const env = gitEnvironment({...this.environment, ...environment})
    return {processes: this.processes, clock: this.clock, logger: this.logger, env}
  }

  path(...names: string[]): string {
    return join(this.folder, ...names)
  }

  /** Runs git as a person would. @returns what it printed */
  async git(cwd: string, ...args: string[]): Promise<string> {
    const result = await this.processes.run('git', args, {cwd, env: this.environment, timeoutMs: 60_000})
    if (result.exitCode !== 0) throw new Error(`git ${args.join(' ')}: ${result.stderr}${result.stdout}`)
    return result.stdout.trim()
  }

  /** A file with its folders. @returns its path */
  async write(path: string, content: string, mode = 0o644): Promise<string> {
    await mkdir(dirname(path), {recursive: true})
    await writeFile(path, content)
    await chmod(path, mode)
    return path
  }

  /** Writes files and commits them, and everything else there is. @returns the commit */
  async commit(tree: string, files: Readonly<Record<string, string>>, message = 'work'): Promise<string> {
    for (const [name, content] of Object.entries(files)) await this.write(join(tree, name), content)
    await this.git(tree, 'add', '--all')
    await this.git(tree, 'commit', '--quiet', '--allow-empty', '-m', message)
    return this.git(tree, 'rev-parse', 'HEAD')
  }

  /** A repository with one commit. @returns its folder */
  async repository(name = 'repo', files: Readonly<Record<string, string>> = {'a.txt': 'a\n'}): Promise<string> {
    const repo = this.path(name)
    await mkdir(repo, {recursive: true})
    await this.git(repo, 'init', '--quiet')
    await this.commit(repo, files, 'first')
    return repo
  }

  async dispose(): Promise<void> {
    await rm(this.folder, {recursive: true, force: true})
  }
}

/** One line for each file below `folder`: path, mode, kind and digest of its content. @param skip names of paths left out, relative */
export async function fingerprint(folder: string, skip: (path: string) => boolean = () => false, prefix = ''): Promise<string[]> {
  const lines: string[] = []
  for (const entry of (await readdir(folder, {withFileTypes: true})).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const [path, full] = [prefix + entry.name, join(folder, entry.name)]
    if (skip(path)) continue
    if (entry.isDirectory()) lines.push(`${path}/`, ...(await fingerprint(full, skip, `${path}/`)))
    else if (entry.isSymbolicLink()) lines.push(`${path} -> ${await readlink(full)}`)
    else {
      const {mode, mtimeMs} = await stat(full)
      lines.push(
        `${path} ${mode.toString(8)} ${mtimeMs} ${createHash('sha256')
          .update(await readFile(full))
          .digest('hex')}`,
      )
    }
  }
  return lines
}
