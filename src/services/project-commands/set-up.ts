import {join} from 'node:path'
import type {Files} from '../../domain/ports/files.js'
import {projectEnvironment} from '../record/project-environment.js'
import type {CommandRunner} from './run-command.js'
import type {Project} from '../../domain/model/project.js'
import type {CommandEvidence} from '../../domain/model/merge.js'

interface SetUpRequest {
  readonly worktree: string
  /** File that gets the output, command by command. */
  readonly log: string
  /** What a command leaves running is ended with it. */
  readonly endsProcesses: boolean
  readonly signal: AbortSignal
}

/** The file with the output of the set-up commands of an agent's worktree. @param directory the agent's, in orch's state */
export function setUpLog(directory: string): string {
  return join(directory, 'setup.log')
}

/** The file that says that every set-up command has succeeded in an agent's worktree. @param directory the agent's, in orch's state */
export function setUpMark(directory: string): string {
  return join(directory, 'setup.done')
}

/** Runs a person's set-up commands in a worktree. */
export class SetUp {
  readonly #commands: CommandRunner
  readonly #files: Files

  constructor({commands, files}: {commands: CommandRunner; files: Files}) {
    this.#commands = commands
    this.#files = files
  }

  /** Ends what a run before left running there, then runs one after another, up to the first that fails. @returns that one, null when all succeeded */
  async run(project: Project, {worktree, log, endsProcesses, signal}: SetUpRequest): Promise<CommandEvidence | null> {
    const {setup, commandTimeoutMs} = project.options
    if (setup.length === 0) return null
    const env = await projectEnvironment(this.#files, project)
    // A supervisor that was killed may have left a command at work: two in one folder spoil each other's files.
    await this.#commands.end(worktree)
    const lines: string[] = []
    for (const {command} of setup) {
      const context = {cwd: worktree, env, timeoutMs: commandTimeoutMs, signal}
      const shown = await (endsProcesses ? this.#commands.runAndEnd(command, context) : this.#commands.run(command, context))
      lines.push(`$ ${command}`, shown.output, `(exit code ${shown.exitCode ?? 'none'})`)
      await this.#files.writePrivate(log, `${lines.join('\n')}\n`)
      if (shown.exitCode !== 0) return shown
    }
    return null
  }
}
