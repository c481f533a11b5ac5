import {createHash} from 'node:crypto'
import {OrchError} from '@orch/plugin-kit'
import type {Files} from '../../domain/ports/files.js'
import {setUpLog, setUpMark, type SetUp} from './set-up.js'
import type {Project} from '../../domain/model/project.js'
import type {Agent} from '../../domain/model/agent.js'

interface AgentSetUpOptions {
  readonly files: Files
  readonly setUp: Pick<SetUp, 'run'>
}

/** Sets up the worktrees of agents: every set-up command succeeds once in each worktree, however often a start is broken off. */
export class AgentSetUp {
  readonly #options: AgentSetUpOptions

  constructor(options: AgentSetUpOptions) {
    this.#options = options
  }

  /** Forgets a set-up whose worktree is gone. To be called before the worktree is made again. */
  async forgetIfGone(agent: Agent): Promise<void> {
    const {files} = this.#options
    if (!(await files.exists(agent.worktree))) await files.remove(setUpMark(agent.directory))
  }

  /**
   * Runs the set-up commands unless they have succeeded in this worktree. The log is beside the agent (`setUpLog`), and so is the mark.
   * @throws ORCH_AGENT_START with the end of the log
   */
  async complete(project: Project, agent: Agent, signal: AbortSignal): Promise<void> {
    const {files, setUp} = this.#options
    const digest = digestOf(project)
    if ((await files.readText(setUpMark(agent.directory)))?.trim() === digest) return
    const log = setUpLog(agent.directory)
    const failed = await setUp.run(project, {worktree: agent.worktree, log, endsProcesses: false, signal})
    if (failed) {
      throw new OrchError('ORCH_AGENT_START', {
        agent: agent.role,
        why: `its set-up command \`${failed.command}\` ended with ${failed.exitCode ?? 'a signal'}`,
        screen: failed.output.slice(-2000),
      })
    }
    await files.writePrivate(setUpMark(agent.directory), `${digest}\n`)
  }
}

function digestOf({options}: Project): string {
  const text = JSON.stringify([options.setup.map(({command}) => command), options.copy])
  return createHash('sha256').update(text).digest('hex')
}
