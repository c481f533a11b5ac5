import type {Workspace, WorktreeFacts} from '@orch/plugin-kit'

/** A worktree made or taken up, and its state then. */
export async function ensured(workspace: Workspace, request: Parameters<Workspace['ensureWorktree']>[0]): Promise<WorktreeFacts> {
  const {path} = await workspace.ensureWorktree(request)
  return workspace.inspectWorktree({path, base: request.base})
}
