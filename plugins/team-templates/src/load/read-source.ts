import {readdir, readFile, stat} from 'node:fs/promises'
import {join} from 'node:path'
import {messageOf, type TemplateSource} from '@orch/plugin-kit'
import type {Problem} from './problem.js'

/** A template is written by hand; anything larger is a mistake. */
const LARGEST_BYTES = 1024 * 1024

export interface TextFile {
  readonly path: string
  readonly name: string
  readonly text: string
}

/** The files of one source, by name. */
export interface SourceFiles {
  readonly source: string
  readonly teams: readonly TextFile[]
  readonly briefings: readonly TextFile[]
  readonly partials: readonly TextFile[]
  readonly problems: readonly Problem[]
}

/** Reads `teams/*.yaml`, `briefings/*.md` and `briefings/partials/*.md` of a source. What cannot be read becomes a problem. */
export async function readSource(source: TemplateSource): Promise<SourceFiles> {
  const problems: Problem[] = []
  const teams = await readFolder(join(source.path, 'teams'), /\.ya?ml$/, problems)
  const briefings = await readFolder(join(source.path, 'briefings'), /\.md$/, problems)
  const partials = await readFolder(join(source.path, 'briefings', 'partials'), /\.md$/, problems)
  if (!teams && !briefings && problems.length === 0) {
    problems.push({file: source.path, line: 1, message: 'has neither a teams nor a briefings folder'})
  }
  return {source: source.name, teams: teams ?? [], briefings: briefings ?? [], partials: partials ?? [], problems}
}

/** @returns the files whose name matches, sorted; null when there is no such folder */
async function readFolder(folder: string, pattern: RegExp, problems: Problem[]): Promise<TextFile[] | null> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') problems.push({file: folder, line: 1, message: messageOf(error)})
    return null
  })
  if (!names) return null
  const files: TextFile[] = []
  for (const name of names.filter((candidate) => pattern.test(candidate)).sort()) {
    const path = join(folder, name)
    try {
      const {size} = await stat(path)
      if (size > LARGEST_BYTES) problems.push({file: path, line: 1, message: `is larger than ${LARGEST_BYTES} bytes`})
      else files.push({path, name: name.replace(pattern, ''), text: await readFile(path, 'utf8')})
    } catch (error) {
      problems.push({file: path, line: 1, message: messageOf(error)})
    }
  }
  return files
}
