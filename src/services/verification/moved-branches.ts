import type {Workspace} from '@orch/plugin-kit'
import {sequence} from '../../domain/change.js'
import {reopenClaim} from '../../domain/claim.js'
import {moveMerge} from '../../domain/merge.js'
import {moveProject} from '../../domain/project.js'
import type {Recorder} from '../record/recorder.js'
import type {Project} from '../../domain/model/project.js'

/**
 * Has branches that moved since their claims were checked checked again, as new claims: what is merged is what was claimed.
 * @returns whether there was any; the project is back at work then
 */
export async function reopenMoved(
  {workspace, recorder}: {workspace: Pick<Workspace, 'resolve'>; recorder: Recorder},
  project: Project,
): Promise<boolean> {
  const moved: {agent: string; head: string}[] = []
  for (const {id, branch, claim} of project.agents) {
    if (claim?.verdict !== 'holds' || claim.head === undefined) continue
    const head = await workspace.resolve(project.repository.mainRoot, `refs/heads/${branch}`)
    if (head !== null && head !== claim.head) moved.push({agent: id, head})
  }
  if (moved.length === 0) return false
  await recorder.change(project.id, (before, now) =>
    sequence(
      before,
      ...moved.map(
        ({agent, head}) =>
          (current: Project) =>
            reopenClaim(current, agent, head),
      ),
      (current) => {
        const merges = current.merges.map((merge) =>
          merge.state === 'checking' ? moveMerge(merge, 'pending', {sha: null}) : {merge, events: []},
        )
        return {project: {...current, merges: merges.map(({merge}) => merge)}, events: merges.flatMap(({events}) => events)}
      },
      (current) => moveProject(current, 'running', {source: 'orch', what: 'a branch moved after its claim was checked', at: now}),
    ),
  )
  return true
}
