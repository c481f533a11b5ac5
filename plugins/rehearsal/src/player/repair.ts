import type {Actions} from './actions.js'
import type {Git} from './git.js'
import type {Progress} from './progress.js'
import type {Stage} from './stage.js'

/** A claim is made again so often; orch itself gives up after three rejections. */
const CLAIMS_AGAIN = 2

export interface RepairParts {
  readonly stage: Stage
  readonly git: Git
  readonly actions: Actions
}

/**
 * What an honest program can do about a rejected claim: commit what it left uncommitted, and claim again. What needs thought it reports as failed.
 * @param reason the message that rejected the claim
 */
export async function repair({stage, git, actions}: RepairParts, progress: Progress, reason: string, signal: AbortSignal): Promise<void> {
  stage.say(`My claim was rejected. ${reason}`)
  const dirty = await git.dirty()
  if (dirty.length === 0 || progress.repairs >= CLAIMS_AGAIN) {
    const why = dirty.length === 0 ? 'there is nothing left to commit' : `it was rejected ${progress.repairs + 1} times`
    await actions.fail({reason: `rehearsal: the claim was rejected and ${why}; a scripted program cannot repair more`}, signal)
    return
  }
  progress.repairs++
  await actions.commit({message: 'rehearsal: commit what was left uncommitted', all: true}, signal)
  await actions.done({message: `rehearsal: committed ${dirty.length} paths that were left uncommitted`}, signal)
}
