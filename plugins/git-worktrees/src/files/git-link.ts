import {lstat, writeFile} from 'node:fs/promises'
import {join, resolve} from 'node:path'
import {readBoundedText} from '@orch/plugin-kit/files'
import {canonical, exists, hasContent} from './paths.js'

/** Such a file holds one path. */
const MAX_BYTES = 64 * 1024

export interface GitLink {
  /** Folder of this working tree's own HEAD and index. */
  readonly gitDir: string
  /** Folder shared by all worktrees; `gitDir` itself in the main working tree. */
  readonly commonDir: string
}

/**
 * Reads what ties a folder to its repository (gitrepository-layout(5)), without asking git, which would look in the parent folders too and
 * might answer for another repository.
 * @returns null when the folder is not the top of a working tree
 */
export async function readGitLink(worktree: string): Promise<GitLink | null> {
  const gitDir = await readGitDir(worktree)
  if (gitDir === null || !(await exists(join(gitDir, 'HEAD')))) return null
  const common = await readBoundedText(join(gitDir, 'commondir'), {maxBytes: MAX_BYTES}).catch(() => null)
  return {gitDir, commonDir: common === null ? gitDir : await canonical(resolve(gitDir, common.trim()))}
}

/**
 * Writes the link of a worktree that has lost it.
 * @param gitDir its administrative folder
 * @returns false when there is another `.git`
 */
export async function mendLink(worktree: string, gitDir: string): Promise<boolean> {
  const path = join(worktree, '.git')
  if (!(await hasContent(path))) await writeFile(path, `gitdir: ${gitDir}\n`)
  return (await readGitDir(worktree)) === gitDir
}

/** @returns the git directory that `.git` is or names, whether it exists or not; null without a `.git` */
export async function readGitDir(worktree: string): Promise<string | null> {
  const path = join(worktree, '.git')
  const found = await lstat(path).catch(() => null)
  if (found === null) return null
  if (!found.isFile()) return canonical(path)
  const [, target] = /^gitdir: (.+?)\r?\n?$/s.exec((await readBoundedText(path, {maxBytes: MAX_BYTES})) ?? '') ?? []
  return target === undefined ? null : canonical(resolve(worktree, target))
}
