import type {WorkFacts, WorkFinding} from '@orch/plugin-kit'
import {WORK_FINDINGS} from '@orch/plugin-kit'
import {readGitLink} from '../files/git-link.js'
import type {Git} from '../git/git.js'
import {operationIn} from '../merge/operation.js'
import {withSnapshotIndex} from '../rescue/snapshot-index.js'
import {inspectWorktree} from '../worktree/facts.js'
import {readStatus} from '../worktree/status.js'
import {inCommits} from './in-commits.js'
import {hiddenByExcludes} from './excludes.js'
import {leftCommits} from './left-commits.js'
import {ignoredRepositories, repositoryAt} from './nested.js'
import {ownCommits} from './own-commits.js'
import {otherRefs, otherWorktrees, stashes} from './elsewhere.js'
import type {WorkRequest, Place} from './place.js'

/** Looks for work wherever git can hide it. See `Workspace.inspectWork`. @throws ORCH_NOT_FOUND, ORCH_GIT */
export async function inspectWork(git: Git, request: WorkRequest): Promise<WorkFacts> {
  const facts = await inspectWorktree(git, request)
  const {gitDir, commonDir} = (await readGitLink(facts.path))!
  const place = {...request, path: facts.path, gitDir, commonDir, head: facts.head, own: await ownCommits(gitDir)}
  const found: WorkFinding[] = [
    ...(await outsideOfCommits(git, place, facts)),
    ...(await inCommits(git, place)),
    ...(await otherWorktrees(git, place)),
    ...(await otherRefs(git, place)),
    {kind: 'left', items: (await leftCommits(git, place)).map((sha) => sha.slice(0, 12))},
    ...(await stashes(git, place)),
    ...(await hiddenByExcludes(git, place)),
  ]
  return {...facts, findings: WORK_FINDINGS.flatMap((kind) => together(kind, found))}
}

async function outsideOfCommits(git: Git, place: Place, facts: Pick<WorkFacts, 'changed' | 'untracked'>): Promise<WorkFinding[]> {
  const {path, gitDir, commonDir} = place
  const operation = await operationIn(gitDir)
  const whole = await withSnapshotIndex(git, path, gitDir, (index) => readStatus(git, path, {...index}))
  const folders = facts.untracked.filter((name) => name.endsWith('/'))
  const nested = [...folders, ...(await ignoredRepositories(git, place))]
  const kinds = await Promise.all(nested.map(async (name) => ({name, ...(await repositoryAt(path, name))})))
  return [
    ...(operation === null ? [] : [{kind: 'operation', items: [operation]} as const]),
    {kind: 'changed', items: facts.changed},
    {kind: 'untracked', items: facts.untracked.filter((name) => !name.endsWith('/'))},
    {kind: 'hidden', items: whole.changed.filter((name) => !facts.changed.includes(name))},
    // A worktree of this repository inside the tree is looked at as a worktree.
    {kind: 'nested', items: kinds.filter((one) => one.commonDir !== commonDir).map(({name}) => name.replace(/\/$/, ''))},
  ]
}

/** One finding of a kind, each item once. */
function together(kind: WorkFinding['kind'], found: readonly WorkFinding[]): WorkFinding[] {
  const items = [...new Set(found.filter((finding) => finding.kind === kind).flatMap((finding) => finding.items))]
  return items.length > 0 ? [{kind, items}] : []
}
