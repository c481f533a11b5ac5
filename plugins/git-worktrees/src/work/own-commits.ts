import {join} from 'node:path'
import {readEntry, REFLOG_BYTES} from '../files/read-entry.js'

/** How git begins the reflog message of a command that made a commit (git 2.34 to 2.47: builtin/commit.c, sequencer.c, builtin/am.c). */
const MADE = /^(?:commit|cherry-pick|revert|am|rebase|pull|merge)\b/
/** A merge or pull that only moved along. */
const MOVED = /Fast-forward$/

/** @returns the commits that were made in a worktree, by the reflog of its HEAD; none when git keeps no reflog */
export async function ownCommits(gitDir: string): Promise<ReadonlySet<string>> {
  const text = (await readEntry(join(gitDir, 'logs', 'HEAD'), REFLOG_BYTES)) ?? ''
  const made = text.split('\n').flatMap((line) => {
    const [entry = '', message = ''] = line.split('\t')
    const sha = entry.split(' ')[1]
    return sha !== undefined && MADE.test(message) && !MOVED.test(message) ? [sha] : []
  })
  return new Set(made)
}
