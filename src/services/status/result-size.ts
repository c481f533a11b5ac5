import type {Workspace} from '@orch/plugin-kit'
import type {Project} from '../../domain/model/project.js'

/** How much a result changes. */
export interface ResultSize {
  readonly files: number
  readonly insertions: number
  readonly deletions: number
}

/** The size of what was merged against the commit the project began from; null while nothing is, and when the commits are gone. */
export async function resultSize(workspace: Pick<Workspace, 'diff'>, {repository, base, integration}: Project): Promise<ResultSize | null> {
  if (integration.sha === null) return null
  const stat = await workspace.diff({repository: repository.root, from: base, to: integration.sha, stat: true}).catch(() => null)
  return stat === null ? null : readSize(stat)
}

/** Reads the last line of `git diff --stat` (git-diff(1)); an empty diff has none. */
function readSize(stat: string): ResultSize {
  const summary = stat.trimEnd().split('\n').at(-1) ?? ''
  const count = (what: RegExp) => Number(what.exec(summary)?.[1] ?? 0)
  return {files: count(/(\d+) files? changed/), insertions: count(/(\d+) insertions?\(/), deletions: count(/(\d+) deletions?\(/)}
}
