import {isOrchError, messageOf, OrchError} from '@orch/plugin-kit'

/** Something could not be done in a verification worktree, so nothing is known of the commit in it. A new worktree may mend that. */
export class TreeFailure extends Error {
  /** @param afterCommand it was noticed right after a command had run there */
  constructor(
    override readonly cause: unknown,
    readonly afterCommand = false,
  ) {
    super(messageOf(cause))
  }
}

/** Runs what only a sound worktree lets succeed. @throws TreeFailure */
export async function inTree<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof TreeFailure ? error : new TreeFailure(error)
  }
}

/** What a person is told when new worktrees did not help. */
export function notMended(path: string, {cause}: TreeFailure): OrchError<'ORCH_REFUSED'> {
  const remedy = isOrchError(cause) ? cause.remedy : `Find out what changes or removes ${path}, then resume the project.`
  const why = `also in a worktree made anew, this failed: ${messageOf(cause).replace(/\.$/, '')}`
  return new OrchError('ORCH_REFUSED', {what: 'The verification', why, remedy}, {cause})
}
