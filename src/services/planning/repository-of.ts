import {join} from 'node:path'
import {hasCode, type RepositoryFacts, type Workspace} from '@orch/plugin-kit'
import type {RunRequest} from './run-request.js'

type Place = Pick<RunRequest, 'project' | 'cwd'>

/**
 * The repository a specification is for: the named one, the one around the specification, else the one the person is in.
 * @param spec absolute
 * @throws ORCH_NOT_A_REPOSITORY of the folder that counts first, ORCH_REPOSITORY
 */
export async function repositoryOf(
  workspace: Pick<Workspace, 'inspectRepository'>,
  {project, cwd}: Place,
  spec: string,
): Promise<RepositoryFacts> {
  try {
    return await workspace.inspectRepository(project ?? join(spec, '..'))
  } catch (error) {
    if (project !== null || cwd === undefined || !hasCode(error, 'ORCH_NOT_A_REPOSITORY')) throw error
    return await workspace.inspectRepository(cwd).catch((reason: unknown) => {
      // A folder that is none either is not worth a word; a repository that cannot be used is.
      throw hasCode(reason, 'ORCH_NOT_A_REPOSITORY') ? error : reason
    })
  }
}

/** Says which repository was taken where the specification lies in none. */
export function aroundWarnings({project}: Place, spec: string, {root}: Pick<RepositoryFacts, 'root'>): string[] {
  const isAround = project !== null || spec.startsWith(join(root, '/'))
  return isAround ? [] : [`The specification lies outside of the repository of the current folder, which is used: ${root}`]
}
