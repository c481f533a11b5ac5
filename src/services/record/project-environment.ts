import {join} from 'node:path'
import {OrchError, messageOf} from '@orch/plugin-kit'
import type {Files} from '../../domain/ports/files.js'
import type {Project} from '../../domain/model/project.js'

/** The part of the person's environment that is kept with a project. @throws ORCH_STATE when its file is damaged */
export async function projectEnvironment(
  files: Files,
  {directory, id}: Pick<Project, 'directory' | 'id'>,
): Promise<Record<string, string>> {
  const path = join(directory, 'env.json')
  const text = (await files.readText(path)) ?? '{}'
  try {
    return JSON.parse(text) as Record<string, string>
  } catch (error) {
    // Agents would run without the person's PATH and credentials, so nothing is guessed.
    const remedy = `Write the environment of its agents there as a JSON object, {"PATH": "…"}, then: orch resume ${id}`
    throw new OrchError('ORCH_STATE', {path, why: `it is damaged (${messageOf(error)})`, remedy})
  }
}
