import type {CommandContext, CommandRunner} from './run-command.js'
import type {CommandEvidence} from '../../domain/model/merge.js'

interface AcceptanceContext extends CommandContext {
  readonly afterRole: string | null
  /** Tells which tracked files differ from the commit that is verified. */
  readonly changed: () => Promise<readonly string[]>
}

/** Runs a person's approved acceptance commands on a commit and keeps what they show. */
export class Acceptance {
  readonly #commands: Pick<CommandRunner, 'runAndEnd'>

  constructor(commands: Pick<CommandRunner, 'runAndEnd'>) {
    this.#commands = commands
  }

  /** One after another, so that one rejection tells everything; up to one that changes tracked files: the rest would run on something else. */
  async run(commands: readonly string[], {afterRole, changed: look, ...context}: AcceptanceContext): Promise<CommandEvidence[]> {
    const evidence: CommandEvidence[] = []
    for (const command of commands) {
      const one = {...(await this.#commands.runAndEnd(command, context)), afterRole}
      const changed = await look()
      evidence.push(changed.length > 0 ? {...one, changed} : one)
      if (changed.length > 0) break
    }
    return evidence
  }
}
