import type {Git} from '../git/git.js'
import {requireCommit} from './refs.js'

/** Whatever a person has configured for his own eyes (colours, pagers, external tools, prefixes) is turned off. */
const PLAIN = ['--no-color', '--no-ext-diff', '--no-textconv', '--src-prefix=a/', '--dst-prefix=b/', '--submodule=short']

/** Unified diff between two commits, or a stat of it. @throws ORCH_NOT_FOUND */
export async function diff(git: Git, cwd: string, range: {from: string; to: string; stat?: boolean}): Promise<string> {
  const [from, to] = await Promise.all([requireCommit(git, cwd, range.from), requireCommit(git, cwd, range.to)])
  const result = await git.text(cwd, ['diff', ...PLAIN, ...(range.stat ? ['--stat'] : ['--patch']), from, to, '--'])
  return result === '' ? '' : `${result}\n`
}
