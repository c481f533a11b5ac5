import {join} from 'node:path'
import {isOrchError, messageOf, type RepositoryObservation} from '@orch/plugin-kit'
import type {Files} from '../../domain/ports/files.js'
import type {Project} from '../../domain/model/project.js'

/** What every observation has. */
const PARTS: readonly (keyof RepositoryObservation)[] = ['config', 'head', 'refs', 'files', 'worktrees', 'tree']

/** How a repository was when its project began, or why that is not known. */
export type Baseline =
  | {readonly kind: 'known'; readonly observation: RepositoryObservation}
  | {readonly kind: 'none'}
  | {readonly kind: 'damaged'; readonly why: string}

export async function readBaseline(files: Files, project: Project): Promise<Baseline> {
  try {
    const text = await files.readText(pathOf(project))
    return text === null ? {kind: 'none'} : {kind: 'known', observation: parse(text)}
  } catch (error) {
    if (isOrchError(error) && error.code !== 'ORCH_FILE') throw error
    return {kind: 'damaged', why: messageOf(error)}
  }
}

export async function writeBaseline(files: Files, project: Project, observation: RepositoryObservation): Promise<void> {
  await files.writePrivate(pathOf(project), JSON.stringify(observation))
}

export function pathOf({directory}: Project): string {
  return join(directory, 'repository.json')
}

/** @throws Error for what is no observation */
function parse(text: string): RepositoryObservation {
  const value = JSON.parse(text) as Partial<RepositoryObservation> | null
  if (PARTS.some((part) => typeof value?.[part] !== 'object' || value[part] === null)) throw new Error('it holds no observation')
  return value as RepositoryObservation
}
