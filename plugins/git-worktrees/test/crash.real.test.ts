import {expect} from 'chai'
import type {ProcessRunner, Workspace} from '@orch/plugin-kit'
import {GitWorkspace} from '../src/workspace.js'
import {Sandbox} from './support/sandbox.js'
import {ensured} from './support/ensured.js'

/** Lets a number of commands run, then ends like a supervisor that is killed: before the next command, or right after it. */
class Crashing implements Pick<ProcessRunner, 'run'> {
  #left: number

  constructor(
    readonly real: ProcessRunner,
    commands: number,
    readonly when: 'before' | 'after',
  ) {
    this.#left = commands
  }

  async run(...call: Parameters<ProcessRunner['run']>): ReturnType<ProcessRunner['run']> {
    if (this.#left < 0 || (this.#left === 0 && this.when === 'before')) throw new Error('crashed')
    const result = await this.real.run(...call)
    if (this.#left-- === 0) throw new Error('crashed')
    return result
  }
}

describe('a crash at every step', () => {
  let sandbox: Sandbox
  let repo: string
  let left: string
  let right: string
  beforeEach(async () => {
    sandbox = await Sandbox.make()
    repo = await sandbox.repository('repo', {'a.txt': 'a\n', '.gitignore': '.env\n', '.worktreeinclude': '.env\n'})
    await sandbox.write(`${repo}/.env`, 'KEY=1')
    await sandbox.git(repo, 'switch', '--quiet', '-c', 'right')
    right = await sandbox.commit(repo, {'a.txt': 'right\n', 'new.txt': 'new\n'})
    await sandbox.git(repo, 'switch', '--quiet', 'main')
    left = await sandbox.commit(repo, {'a.txt': 'left\n'})
  })
  afterEach(() => sandbox.dispose())

  /**
   * Does the same work again and again, each time one command further before it crashes, until it comes through.
   * @param work asked of the workspace that crashes, for round `n`
   * @param again asked of one that does not, after each crash
   */
  const everyStep = async (
    work: (workspace: Workspace, round: number) => Promise<unknown>,
    again: (workspace: Workspace, round: number) => Promise<void>,
  ) => {
    let round = 0
    for (const when of ['before', 'after'] as const) {
      for (let commands = 0; ; commands++) {
        const {processes, ...parts} = sandbox.parts()
        const crashing = new Crashing(processes, commands, when)
        const fragile = new GitWorkspace({
          ...parts,
          processes: {run: (...call) => crashing.run(...call), start: (...call) => processes.start(...call)},
        })
        const outcome = await work(fragile, ++round).then(
          () => 'done',
          (error: Error) => error.message,
        )
        await again(sandbox.workspace(), round)
        if (outcome === 'done') break
        expect(outcome).to.equal('crashed')
      }
    }
    expect(round).to.be.greaterThan(8)
    await sandbox.git(repo, 'fsck', '--strict', '--no-dangling')
  }
  const request = (round: number) => ({
    repository: repo,
    path: sandbox.path('worktrees', `${round}`),
    branch: `orch/p_1/${round}`,
    base: 'main',
    copy: [],
    runHooks: false,
  })
  const scratch = () => ({repository: repo, path: sandbox.path('worktrees', 'scratch'), at: 'main'})
  const entries = async () => (await sandbox.git(repo, 'worktree', 'list')).split('\n').length - 1

  it('of ensureWorktree', async function () {
    this.timeout(120_000)
    await everyStep(
      (workspace, round) => workspace.ensureWorktree(request(round)),
      async (workspace, round) => {
        const {path, branch} = request(round)
        expect(await ensured(workspace, request(round))).to.deep.equal({
          path,
          branch,
          head: left,
          changed: [],
          untracked: [],
          ahead: [],
        })
        expect(await sandbox.git(path, 'status', '--porcelain', '--ignored')).to.equal('!! .env')
        expect(await entries()).to.equal(round)
      },
    )
  })

  it('of ensureWorktree for a team', async function () {
    this.timeout(120_000)
    const team = (round: number) => ['one', 'two', 'three'].map((role) => member(round, role))
    const member = (round: number, role: string) => ({
      ...request(round),
      path: sandbox.path('worktrees', `${round}`, role),
      branch: `orch/p_1/${round}-${role}`,
      base: left,
    })
    await everyStep(
      (workspace, round) => allSettled(team(round).map((one) => workspace.ensureWorktree(one))),
      async (workspace, round) => {
        for (const facts of await Promise.all(team(round).map((one) => ensured(workspace, one))))
          expect(facts).to.deep.include({head: left, changed: [], untracked: [], ahead: []})
        expect(await entries()).to.equal(3 * round)
      },
    )
  })

  it('of removeWorktree', async function () {
    this.timeout(120_000)
    const remove = (workspace: Workspace, round: number) =>
      workspace.removeWorktree({repository: repo, path: request(round).path, mergedInto: 'main'})
    await everyStep(
      async (workspace, round) => {
        await sandbox.workspace().ensureWorktree(request(round))
        await remove(workspace, round)
      },
      async (workspace, round) => {
        await remove(workspace, round)
        expect(await entries()).to.equal(0)
      },
    )
  })

  it('of ensureScratch and merge', async function () {
    this.timeout(120_000)
    await everyStep(
      async (workspace) => {
        await workspace.ensureScratch(scratch())
        await workspace.merge({repository: repo, scratch: scratch().path, onto: left, commit: right, message: 'Merge'})
      },
      async (workspace) => {
        await workspace.ensureScratch(scratch())
        const {path} = scratch()
        expect(await workspace.inspectWorktree({path, base: 'main'})).to.deep.include({
          branch: null,
          head: left,
          changed: [],
          untracked: [],
        })
        expect((await workspace.merge({repository: repo, scratch: path, onto: left, commit: right, message: 'Merge'})).outcome).to.equal(
          'conflicted',
        )
        await workspace.removeWorktree({repository: repo, path, mergedInto: 'main'})
      },
    )
  })
})

/** As `Promise.all`, when nothing of it is under way any more. */
async function allSettled(work: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(work)
  await Promise.all(work)
}
