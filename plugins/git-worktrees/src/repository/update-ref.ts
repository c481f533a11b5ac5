import {rm} from 'node:fs/promises'
import type {RunResult} from '@orch/plugin-kit'
import {lockHeld} from '../git/contention.js'
import type {Git, GitOptions} from '../git/git.js'

/** Refs only orch and its agents write. */
const OWN_REFS = /^refs\/(?:heads\/)?orch\//

export interface RefUpdate {
  readonly ref: string
  readonly to: string
  /** What it must be at now; empty when it must not exist. */
  readonly from: string
  /** Line for the reflog. */
  readonly reason: string
}

/**
 * Moves or makes a ref in one step. A lock on a ref of orch's that outlasts the whole back-off was left by a git that was killed: git holds it
 * for milliseconds. It is taken away; any other lock is a person's to judge.
 * @returns what git said
 */
export async function updateRef(git: Git, cwd: string, {ref, to, from, reason}: RefUpdate, options: GitOptions = {}): Promise<RunResult> {
  const args = ['update-ref', '-m', reason, ref, to, from]
  const result = await git.run(cwd, args, options)
  const lock = result.exitCode === 0 ? null : lockHeld(result.stderr)
  if (lock === null || !OWN_REFS.test(ref) || !lock.endsWith(`/${ref}.lock`)) return result
  git.logger.warn('a lock left by a killed git was taken away', {lock})
  await rm(lock, {force: true})
  return git.run(cwd, args, options)
}
