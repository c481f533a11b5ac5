import {join} from 'node:path'
import {readBoundedText} from '@orch/plugin-kit/files'
import {exists} from '../files/paths.js'

/** What git keeps in a worktree's git directory while something is under way (git 2.34 to 2.47, wt-status.c). */
const SIGNS: readonly (readonly [file: string, operation: string])[] = [
  ['MERGE_HEAD', 'a merge'],
  ['rebase-merge', 'a rebase'],
  ['rebase-apply', 'a rebase or git am'],
  ['CHERRY_PICK_HEAD', 'a cherry-pick'],
  ['REVERT_HEAD', 'a revert'],
  ['sequencer', 'a cherry-pick or revert'],
  ['BISECT_LOG', 'a bisect'],
]

const MAX_BYTES = 64 * 1024

/** Files that name the branch an operation will come back to. */
const BRANCH_FILES = ['rebase-merge/head-name', 'rebase-apply/head-name', 'BISECT_START']

/** @returns what is under way in a worktree (`a rebase`), or null */
export async function operationIn(gitDir: string): Promise<string | null> {
  for (const [file, operation] of SIGNS) if (await exists(join(gitDir, file))) return operation
  return null
}

/** @returns whether a rebase or bisect under way will come back to `branch`, which is not checked out meanwhile */
export async function willReturnTo(gitDir: string, branch: string): Promise<boolean> {
  for (const file of BRANCH_FILES) {
    const name = (await readBoundedText(join(gitDir, file), {maxBytes: MAX_BYTES}).catch(() => null)) ?? ''
    if (name.trim().replace(/^refs\/heads\//, '') === branch) return true
  }
  return false
}
