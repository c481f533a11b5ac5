import {join} from 'node:path'
import type {Files} from '../domain/files.js'
import type {Project} from '../domain/project.js'

/** The part of the person's environment that is kept with a project. */
export async function keptEnvironment(files: Files, {directory}: Project): Promise<Record<string, string>> {
  return JSON.parse((await files.readText(join(directory, 'env.json'))) ?? '{}') as Record<string, string>
}
