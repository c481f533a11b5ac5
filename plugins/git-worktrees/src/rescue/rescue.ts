import type {RescueRef} from '@orch/plugin-kit'
import {readGitLink} from '../files/git-link.js'
import {type Git, gitFailed} from '../git/git.js'
import {commitEnvironment} from '../repository/identity.js'
import {isAncestor, requireCommit, resolveCommit} from '../repository/refs.js'
import {updateRef} from '../repository/update-ref.js'
import {requireWorktree} from '../worktree/facts.js'
import {readStatus} from '../worktree/status.js'
import {leftCommits} from '../work/left-commits.js'
import {preciousRepositories} from '../work/precious.js'
import {rescueNested} from './rescue-nested.js'
import {type SnapshotIndex, withSnapshotIndex} from './snapshot-index.js'

export interface RescueRequest {
  readonly path: string
  readonly base: string
  readonly project: string
  readonly role: string
  /** Milliseconds UTC. */
  readonly at: number
}

/**
 * Keeps the state of a worktree as a commit under `refs/orch/rescue/<project>/<role>/<time>`: its parents are HEAD and the commits on a detached
 * HEAD that was left. With nothing uncommitted and nothing left the ref names HEAD itself.
 * The commit is dated `at`, so the same rescue asked twice is the same commit. Of repositories inside the tree the commits are kept, beside the ref
 * (`rescueNested`), and nothing uncommitted; ignored files are not kept.
 * See `Workspace.rescue`. @throws ORCH_NOT_FOUND, ORCH_GIT
 */
export async function rescue(git: Git, request: RescueRequest): Promise<RescueRef | null> {
  const path = await requireWorktree(request.path)
  const {gitDir, commonDir} = (await readGitLink(path))!
  const base = await requireCommit(git, path, request.base)
  const head = await resolveCommit(git, path, 'HEAD')
  const left = head === null ? [] : await leftCommits(git, {path, gitDir, head})
  let precious: readonly string[] = []
  const sha = await withSnapshotIndex(git, path, gitDir, async (index) => {
    const {changed, untracked} = await readStatus(git, path, {...index})
    const nested = untracked.filter((file) => file.endsWith('/'))
    if (nested.length > 0)
      git.logger.warn('not rescued: what is not committed in repositories inside the worktree', {worktree: path, folders: nested})
    precious = await preciousRepositories(git, {path, commonDir}, untracked)
    const parents = head === null ? [] : [head, ...left]
    if (changed.length + untracked.length - nested.length + left.length > 0)
      return commitState(git, path, {index, parents, nested, request})
    return head === null || (precious.length === 0 && (await isAncestor(git, path, head, base))) ? null : head
  })
  if (sha === null) return null
  const ref = await writeRef(git, path, request, sha)
  await rescueNested(git, path, ref, precious)
  return {ref, sha}
}

interface State {
  readonly index: SnapshotIndex
  readonly parents: readonly string[]
  readonly nested: readonly string[]
  readonly request: RescueRequest
}

async function commitState(git: Git, path: string, {index, parents, nested, request}: State): Promise<string> {
  const without = nested.map((folder) => `:(top,exclude,literal)${folder.replace(/\/$/, '')}`)
  const add = await git.run(path, ['add', '--all', '--sparse', '--ignore-errors', '--', ':(top)', ...without], {env: {...index}})
  if (add.exitCode !== 0) git.logger.warn('not everything could be rescued', {worktree: path, stderr: add.stderr})
  const tree = await git.text(path, ['write-tree'], {env: {...index}})
  const date = `@${Math.floor(request.at / 1000)} +0000`
  return git.text(path, ['commit-tree', ...parents.flatMap((parent) => ['-p', parent]), '-F', '-', tree], {
    input: `orch: rescue of ${request.role} in ${request.project}\n`,
    env: {...(await commitEnvironment(git, path)), GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date},
  })
}

/** Writes the ref under the first free name; one that names the commit already is that of a run before. */
async function writeRef(git: Git, path: string, {project, role, at}: RescueRequest, sha: string): Promise<string> {
  const time = new Date(at).toISOString().replace(/[-:.]/g, '')
  const name = `refs/orch/rescue/${refPart(project)}/${refPart(role)}/${time}`
  for (let count = 1; ; count++) {
    const ref = count === 1 ? name : `${name}-${count}`
    const there = await resolveCommit(git, path, ref)
    if (there === sha) return ref
    if (there !== null) continue
    const result = await updateRef(git, path, {ref, to: sha, from: '', reason: 'orch: rescue'})
    if (result.exitCode !== 0) throw gitFailed(path, ['update-ref', ref, sha], result)
    return ref
  }
}

/** One part of a ref's name: what git-check-ref-format(1) forbids becomes a dash. */
function refPart(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]+/g, '-') || '-'
}
